// All other gateways that a person uses: adds, signs in, puts off duty, forgets, and says how they stand. The list is the
// registry's, secrets are the secret store's, each connection is its remote gateway's.

import { randomUUID } from 'node:crypto';
import type { DeviceIdentity } from '../../gateway/auth/device-identity.ts';
import type { FoundGateway, FoundGateways } from '../../shared/discovery.ts';
import {
  OWN_GATEWAY,
  type AddGateway,
  type GatewayEntry,
  type GatewayOutcome,
  type InspectResult,
  type SignInToGateway,
} from '../../shared/gateways.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import { plainText } from '../../shared/plain-text.ts';
import { MINUTE, type Clock } from '../../shared/time.ts';
import { say } from '../words/words.ts';
import { isLoopbackUrl, placeOf, readEnteredAddress, type EnteredAddress } from './entered-address.ts';
import { readCredential } from './entered-credential.ts';
import { foundUrls } from './found-urls.ts';
import { MAX_GATEWAYS, MAX_URLS, type GatewayRecord, type GatewayRegistry } from './gateway-registry.ts';
import { inspectAddress, type Inspected } from './inspect-address.ts';
import { createRemoteGateway, type RemoteGateway } from './remote-gateway.ts';
import type { SecretStore } from './secret-store.ts';

/** Somebody who looks after a gateway while it is on duty; the answer ends that. */
export type Attend = (gateway: RemoteGateway, name: () => string) => () => void;

export interface GatewayFleet {
  /** Connects to those that are on duty. */
  start(): Promise<void>;
  stop(): void;
  entries(): readonly Omit<GatewayEntry, 'waiting' | 'unread'>[];
  find(id: string): RemoteGateway | undefined;
  record(id: string): GatewayRecord | undefined;
  /** Looks what is at an address that a person entered or found. */
  inspect(entered: string): Promise<InspectResult>;
  inspectFound(id: string): Promise<InspectResult>;
  add(wish: AddGateway): Promise<GatewayOutcome>;
  signIn(wish: SignInToGateway): Promise<GatewayOutcome>;
  /** Accepts another certificate: exactly the one that was shown. */
  trust(id: string, fingerprint: string): Promise<GatewayOutcome>;
  rename(id: string, name: string): GatewayOutcome;
  setDuty(id: string, onDuty: boolean): Promise<GatewayOutcome>;
  forget(id: string): Promise<GatewayOutcome>;
  retry(id: string): void;
  /** The computer woke up or the network is back. */
  retryAll(): void;
}

export interface GatewayFleetDeps {
  readonly registry: GatewayRegistry;
  readonly secrets: SecretStore;
  readonly identity: () => DeviceIdentity;
  readonly found: () => FoundGateways;
  /** Addresses of this app's own gateway, for it is in the list already. */
  readonly ownUrls: () => readonly string[];
  readonly attend: Attend;
  readonly onChange: () => void;
  /** What this computer is called at other gateways. */
  readonly displayName: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}

interface Inspection extends Inspected {
  readonly entered: EnteredAddress;
  readonly announcedAs: string | undefined;
  readonly endsMs: number;
}

/** A person who reads a fingerprint out over the phone needs a while. */
const INSPECTION_HOLDS = 15 * MINUTE;
const MAX_INSPECTIONS = 20;

export function createGatewayFleet(deps: GatewayFleetDeps): GatewayFleet {
  const { registry, secrets, clock, log } = deps;
  const remotes = new Map<string, { readonly remote: RemoteGateway; leave: (() => void) | undefined }>();
  const inspections = new Map<string, Inspection>();

  function make(id: string): RemoteGateway {
    const record = (): GatewayRecord => {
      const found = registry.find(id);
      if (found === undefined) throw new Error(say('gateways.gone'));
      return found;
    };
    return createRemoteGateway({
      record,
      announcedUrls: () => {
        const { announcedAs } = record();
        const announced = deps.found().gateways.find((one) => one.id === announcedAs);
        return announced === undefined ? [] : foundUrls(announced).filter((url) => url.startsWith('wss:'));
      },
      readSecret: () => secrets.read(id),
      onPaired: async (deviceToken, scopes) => {
        await secrets.replace(id, { deviceToken });
        registry.change(id, (old) => ({ ...old, scopes: [...scopes] }));
        deps.onChange();
      },
      onChange: () => {
        onState(id);
      },
      identity: deps.identity(),
      displayName: deps.displayName,
      clock,
      random: deps.random,
      log,
    });
  }

  function onState(id: string): void {
    const remote = remotes.get(id)?.remote;
    if (remote?.state().condition === 'connected' && registry.find(id) !== undefined)
      attempt(() => {
        registry.change(id, (old) => ({ ...old, lastConnectedMs: clock.now() }));
      });
    deps.onChange();
  }

  async function bring(id: string): Promise<void> {
    const known = remotes.get(id);
    const entry = known ?? { remote: make(id), leave: undefined };
    remotes.set(id, entry);
    entry.leave ??= deps.attend(entry.remote, () => registry.find(id)?.name ?? '');
    await entry.remote.start();
  }

  function sendAway(id: string): void {
    const entry = remotes.get(id);
    entry?.remote.stop();
    entry?.leave?.();
    if (entry !== undefined) entry.leave = undefined;
  }

  /** What the disk does not take is said, not thrown. */
  function attempt(change: () => void): string | undefined {
    try {
      change();
      return undefined;
    } catch (error) {
      log.error('the list of gateways could not be written', { error: errorText(error) });
      return errorText(error);
    }
  }

  async function inspect(
    entered: EnteredAddress,
    announced: FoundGateway | undefined,
  ): Promise<InspectResult> {
    let seen: Inspected;
    try {
      seen = await inspectAddress(entered.urls, clock);
    } catch (error) {
      return { state: 'failed', message: errorText(error) };
    }
    const { url, certificate } = seen;
    const expected = entered.fingerprint;
    if (expected !== undefined && certificate?.fingerprint !== expected) {
      return {
        state: 'failed',
        message: say('gateways.codeOfOther', {
          expected,
          shown: certificate?.fingerprint ?? say('gateways.noCertificate'),
        }),
      };
    }
    if (deps.ownUrls().includes(url)) return failed(say('gateways.isOwn'));
    const double = registry.list().find((one) => one.urls.includes(url));
    if (double !== undefined) return failed(say('gateways.isKnown', { name: double.name }));
    const inspection = randomUUID();
    forgetOld();
    inspections.set(inspection, {
      ...seen,
      entered,
      announcedAs: announced?.id,
      endsMs: clock.now() + INSPECTION_HOLDS,
    });
    const announcedFingerprint = announced?.fingerprint;
    return {
      state: 'found',
      inspection,
      name: announced?.name ?? nameOf(url),
      address: placeOf(url),
      secure: certificate !== undefined,
      loopback: isLoopbackUrl(url),
      ...certificate,
      announcedOther:
        announcedFingerprint !== undefined &&
        announcedFingerprint !== certificate?.fingerprint.replaceAll(':', '').toLowerCase(),
      vouched: expected !== undefined,
      ...(entered.brought === undefined ? {} : { brought: entered.brought.kind }),
    };
  }

  function forgetOld(): void {
    for (const [id, { endsMs }] of inspections) {
      if (endsMs <= clock.now() || inspections.size >= MAX_INSPECTIONS) inspections.delete(id);
    }
  }

  async function add(wish: AddGateway): Promise<GatewayOutcome> {
    const inspection = inspections.get(wish.inspection);
    if (inspection === undefined || inspection.endsMs <= clock.now())
      return failed(say('gateways.tooLongAgo'));
    const { url, certificate, entered, announcedAs } = inspection;
    if (certificate === undefined && !isLoopbackUrl(url) && !wish.plainAccepted)
      return failed(say('gateways.plain'));
    if (registry.list().length >= MAX_GATEWAYS) return failed(say('gateways.tooMany', { max: MAX_GATEWAYS }));
    const read = readCredential(wish.credential, entered.brought);
    if (read === undefined) return failed(say('gateways.noCredential'));
    const id = randomUUID();
    // Others that were named are tried only where the certificate tells who is there.
    const others = entered.urls.filter((one) => one !== url && one.startsWith('wss:'));
    const urls = certificate === undefined ? [url] : [url, ...others].slice(0, MAX_URLS);
    // Before the record: what is interrupted in between leaves a secret of nobody, not a gateway that lost its own.
    await secrets.write(id, read.secret, wish.weakAccepted);
    const problem = attempt(() => {
      registry.add({
        id,
        name: plainText(wish.name) ?? nameOf(url),
        urls,
        ...(certificate === undefined ? {} : { fingerprint: certificate.fingerprint }),
        signIn: read.signIn,
        ...(announcedAs === undefined ? {} : { announcedAs }),
        onDuty: true,
      });
    });
    if (problem !== undefined) {
      await secrets.forget(id);
      return failed(problem);
    }
    inspections.delete(wish.inspection);
    await bring(id);
    deps.onChange();
    return { state: 'done', id };
  }

  async function signIn({ id, credential, weakAccepted }: SignInToGateway): Promise<GatewayOutcome> {
    const record = registry.find(id);
    const read = readCredential(credential, undefined);
    if (record === undefined) return failed(say('gateways.gone'));
    if (read === undefined) return failed(say('gateways.noCredential'));
    await secrets.write(id, read.secret, weakAccepted);
    return changed(id, ({ scopes: _scopes, ...old }) => ({ ...old, signIn: read.signIn, onDuty: true }));
  }

  async function trust(id: string, fingerprint: string): Promise<GatewayOutcome> {
    const shown = remotes.get(id)?.remote.state().shownFingerprint;
    if (shown === undefined || shown !== fingerprint) return failed(say('gateways.otherCertificate'));
    return changed(id, (old) => ({ ...old, fingerprint }));
  }

  /** Writes the change down, and connects anew with it. */
  async function changed(
    id: string,
    change: (record: GatewayRecord) => GatewayRecord,
  ): Promise<GatewayOutcome> {
    if (registry.find(id) === undefined) return failed(say('gateways.gone'));
    const problem = attempt(() => {
      registry.change(id, change);
    });
    if (problem !== undefined) return failed(problem);
    if (registry.find(id)?.onDuty === true) await bring(id);
    else sendAway(id);
    deps.onChange();
    return { state: 'done', id };
  }

  return {
    start: async () => {
      await Promise.all(registry.list().flatMap(({ id, onDuty }) => (onDuty ? [bring(id)] : [])));
    },
    stop: () => {
      for (const id of remotes.keys()) sendAway(id);
    },
    entries: () =>
      registry
        .list()
        .map((record) => entryOf(record, remotes.get(record.id)?.remote, secrets.how(record.id))),
    find: (id) => remotes.get(id)?.remote,
    record: (id) => registry.find(id),
    inspect: async (text) => {
      const read = readEnteredAddress(text);
      return read.ok ? inspect(read.entered, undefined) : failed(read.problem);
    },
    inspectFound: async (id) => {
      const announced = deps.found().gateways.find((one) => one.id === id);
      const [first, ...more] = announced === undefined ? [] : foundUrls(announced);
      if (first === undefined) return failed(say('gateways.notAnnounced'));
      return inspect({ urls: [first, ...more] }, announced);
    },
    add,
    signIn,
    trust,
    rename: (id, name) => {
      const words = plainText(name);
      if (registry.find(id) === undefined) return failed(say('gateways.gone'));
      if (words === undefined) return failed(say('gateways.noName'));
      const problem = attempt(() => {
        registry.change(id, (old) => ({ ...old, name: words }));
      });
      if (problem !== undefined) return failed(problem);
      deps.onChange();
      return { state: 'done', id };
    },
    setDuty: (id, onDuty) => changed(id, (old) => ({ ...old, onDuty })),
    forget: async (id) => {
      const problem = attempt(() => {
        registry.remove(id);
      });
      if (problem !== undefined) return failed(problem);
      sendAway(id);
      remotes.delete(id);
      await secrets.forget(id);
      deps.onChange();
      return { state: 'done', id };
    },
    retry: (id) => {
      remotes.get(id)?.remote.retry();
    },
    retryAll: () => {
      for (const { remote, leave } of remotes.values()) if (leave !== undefined) remote.retry();
    },
  };
}

function failed(message: string): { readonly state: 'failed'; readonly message: string } {
  return { state: 'failed', message };
}

function entryOf(
  record: GatewayRecord,
  remote: RemoteGateway | undefined,
  how: ReturnType<SecretStore['how']>,
): Omit<GatewayEntry, 'waiting' | 'unread'> {
  const { id, name, urls, fingerprint, signIn, onDuty, lastConnectedMs } = record;
  return {
    id,
    name,
    address: placeOf(urls[0] ?? ''),
    secure: fingerprint !== undefined,
    ...(fingerprint === undefined ? {} : { fingerprint }),
    onDuty,
    ...(onDuty ? (remote?.state() ?? { condition: 'connecting' }) : { condition: 'off-duty' }),
    ...(lastConnectedMs === undefined ? {} : { lastConnectedMs }),
    signIn,
    secret: signIn === 'none' ? 'none' : how,
  };
}

/** What to call it until the person says otherwise. */
function nameOf(url: string): string {
  const host = new URL(url.replace(/^ws/, 'http')).hostname.replace(/\.(?:local|lan)$/, '');
  return plainText(host) ?? OWN_GATEWAY;
}
