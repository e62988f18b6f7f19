// The part of the app that uses other gateways, as a test starts it: with files of its own, a system's secret store in
// memory, and somebody who counts what is attended to.

import path from 'node:path';
import { onTestFinished } from 'vitest';
import { loadDeviceIdentity } from '../../src-main/gateway/auth/device-identity.ts';
import { systemClock } from '../../src-main/gateway/system-clock.ts';
import { createGatewayFleet, type GatewayFleet } from '../../src-main/desktop/gateways/gateway-fleet.ts';
import {
  openGatewayRegistry,
  type GatewayRegistry,
} from '../../src-main/desktop/gateways/gateway-registry.ts';
import { openSecretStore } from '../../src-main/desktop/gateways/secret-store.ts';
import type { FoundGateway } from '../../src-main/shared/discovery.ts';
import type {
  GatewayCondition,
  GatewayCredential,
  GatewayEntry,
  InspectResult,
  SecretKeeping,
} from '../../src-main/shared/gateways.ts';
import { secretBox } from './secret-box.ts';
import { temporaryFolder, waitUntil } from './temporary.ts';
import { RecordingLog } from './recording-log.ts';

export type Entry = Omit<GatewayEntry, 'waiting' | 'unread'>;
export type Found = Extract<InspectResult, { state: 'found' }>;

export interface TestFleet {
  readonly fleet: GatewayFleet;
  readonly registry: GatewayRegistry;
  readonly folder: string;
  readonly log: RecordingLog;
  /** What announces itself in the network. */
  readonly announced: FoundGateway[];
  readonly attended: Set<string>;
  readonly only: () => Entry;
  /** Resolves once the one gateway in the list stands like this. */
  readonly becomes: (condition: GatewayCondition) => Promise<Entry>;
  readonly inspect: (entered: string) => Promise<Found>;
  /** Looks, confirms and signs in. @returns the gateway's id */
  readonly add: (
    entered: string,
    credential: GatewayCredential,
    more?: { plainAccepted?: boolean },
  ) => Promise<string>;
}

export async function startFleet(
  options: { readonly folder?: string; readonly keeping?: SecretKeeping } = {},
): Promise<TestFleet> {
  const { folder = temporaryFolder(), keeping } = options;
  const log = new RecordingLog();
  const registry = openGatewayRegistry(path.join(folder, 'gateways.json'), log);
  const announced: FoundGateway[] = [];
  const attended = new Set<string>();
  const fleet = createGatewayFleet({
    registry,
    secrets: openSecretStore(path.join(folder, 'gateway-secrets.json'), secretBox(keeping), log),
    identity: () => loadDeviceIdentity(folder),
    found: () => ({ status: 'searching', gateways: announced, hidden: 0 }),
    ownUrls: () => [],
    attend: ({ id }) => {
      attended.add(id);
      return () => void attended.delete(id);
    },
    onChange: () => undefined,
    displayName: 'Clawtray (test)',
    clock: systemClock,
    random: () => 0,
    log,
  });
  onTestFinished(() => {
    fleet.stop();
  });
  await fleet.start();

  const only = (): Entry => {
    const [entry] = fleet.entries();
    if (entry === undefined) throw new Error('there is no gateway in the list');
    return entry;
  };
  const inspect = async (entered: string): Promise<Found> => {
    const seen = await fleet.inspect(entered);
    if (seen.state === 'failed') throw new Error(seen.message);
    return seen;
  };
  return {
    fleet,
    registry,
    folder,
    log,
    announced,
    attended,
    only,
    inspect,
    becomes: (condition) =>
      waitUntil(
        () => (only().condition === condition ? only() : undefined),
        `the gateway to be ${condition}`,
        10_000,
      ).catch((error: unknown) => {
        throw new Error(`${String(error)}; it is ${JSON.stringify(only())}`);
      }),
    add: async (entered, credential, { plainAccepted = false } = {}) => {
      const { inspection, name } = await inspect(entered);
      const outcome = await fleet.add({ inspection, name, credential, plainAccepted, weakAccepted: false });
      if (outcome.state === 'failed') throw new Error(outcome.message);
      return outcome.id;
    },
  };
}
