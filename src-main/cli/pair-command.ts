// `clawtray pair`: a code for a phone or another machine, as a picture to scan and as text, and word when it was used.

import type { GatewayConnection } from '../client/connection.ts';
import type { DevicePairSetupCodeResult, SetupCompletion } from '../shared/protocol/devices.ts';
import { SECOND } from '../shared/time.ts';
import { withGateway } from './client.ts';
import { print } from './output.ts';
import { stopSignal } from './stop-signal.ts';
import type { PairOptions } from './program.ts';

const TIMEOUT = 10_000;
const ASK_AGAIN = 1.5 * SECOND;

/** @returns the exit code: 0 when a device was paired (or the code alone was wanted), 1 otherwise */
export function pairDevice(options: PairOptions): Promise<number> {
  const profile = options.node === true ? 'node' : options.limited === true ? 'limited' : undefined;
  return withGateway(async (connection) => {
    const setup = await connection.request(
      'device.pair.setupCode',
      {
        ...(profile === undefined ? {} : { bootstrapProfile: profile }),
        ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl }),
      },
      TIMEOUT,
    );
    if (options.codeOnly === true) {
      print(setup.setupCode);
      return;
    }
    await show(setup);
    const stopped = stopSignal().then(() => 'stopped' as const);
    const used = await Promise.race([untilUsed(connection, setup), stopped]);
    if (used === 'stopped') {
      await connection.request('device.pair.setupWithdraw', { setupId: setup.setupId }, TIMEOUT);
      throw new Error('The code is worth nothing any more.');
    }
    if (used === undefined)
      throw new Error('Nobody used the code, and it has ended. Ask for a new one: clawtray pair.');
    print(
      `Paired: ${used.deviceName ?? used.deviceId}. “clawtray devices” lists it, and takes it away again.`,
    );
    if (used.access === 'node')
      print('What it offers to run still waits for your approval: clawtray devices.');
  });
}

async function show(setup: DevicePairSetupCodeResult): Promise<void> {
  const { toString } = await import('qrcode');
  print(await toString(setup.setupCode, { type: 'utf8', errorCorrectionLevel: 'L' }));
  print(`Scan it with the app, or paste this into it:\n\n${setup.setupCode}\n`);
  print(
    `It pairs one device with ${setup.gatewayUrl} until ${new Date(setup.expiresAtMs).toLocaleTimeString()}. Show it to nobody else.`,
  );
  if (setup.gatewayUrl.startsWith('ws:')) {
    print(
      'Without TLS whoever listens on the network could take it: “clawtray gateway tls” switches TLS on.',
    );
  }
}

async function untilUsed(
  connection: GatewayConnection,
  { setupId, expiresAtMs }: DevicePairSetupCodeResult,
): Promise<SetupCompletion | undefined> {
  while (Date.now() < expiresAtMs) {
    const { completion } = await connection.request('device.pair.setupStatus', { setupId }, TIMEOUT);
    if (completion !== undefined) return completion;
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN));
  }
  return undefined;
}
