// This computer as a node of other gateways. Owns which ones, what each may use here, and the connections to them; what
// running something here means stands in node-commands. Nothing is offered that nobody here switched on.

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { GatewayError } from '../../shared/errors.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import { NodeCallError, type NodeCall, type NodeConnection } from '../../shared/node-dial.ts';
import { plainText } from '../../shared/plain-text.ts';
import type { ConnectAuth } from '../../shared/protocol/connect.ts';
import {
  NODE_OFFERS,
  type NodeLink,
  type NodeLinksAddParams,
  type NodeLinksListResult,
  type NodeLinksSetParams,
  type NodeLinkState,
  type NodeOffer,
} from '../../shared/protocol/node-links.ts';
import type { Clock } from '../../shared/time.ts';
import type { DeviceIdentity } from '../auth/device-identity.ts';
import type { EventBus } from '../event-bus.ts';
import { readInvitation } from './invitation.ts';
import type { LinkFile, StoredLink } from './link-file.ts';
import type { NodeCommands } from './node-commands.ts';
import type { NodeHost } from './node-host.ts';
import { surfaceOf } from './offers.ts';

export interface NodeLinks {
  list(): NodeLinksListResult;
  /** @throws GatewayError `invalid-params`, `unavailable` */
  add(params: NodeLinksAddParams): NodeLink;
  /** @throws GatewayError `not-found`, `invalid-params`, `unavailable` */
  set(params: NodeLinksSetParams): NodeLink;
  /** @throws GatewayError `not-found` */
  remove(id: string): void;
  start(): void;
  /** The computer has slept, or its network is another one. */
  resumed(): void;
  /** Resolves when nothing runs for others any more. */
  stop(): Promise<void>;
}

const MAX_LINKS = 16;
const MAX_NAME = 64;

interface Live {
  connection: NodeConnection | undefined;
  state: NodeLinkState;
}

export function createNodeLinks(deps: {
  readonly file: LinkFile;
  /** `undefined` where nobody brought what it takes to be a node. */
  readonly host: NodeHost | undefined;
  readonly commands: NodeCommands;
  /** Read with the first connection. */
  readonly identity: () => DeviceIdentity;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Logger;
}): NodeLinks {
  const { file, host, commands, identity, bus, clock, log } = deps;
  const live = new Map<string, Live>();
  const available = NODE_OFFERS.filter((offer) => offer !== 'screen' || host?.captureScreen !== undefined);

  /** What is switched on and can be had here. */
  const offersOf = ({ offers }: StoredLink): readonly NodeOffer[] =>
    offers.filter((offer) => available.includes(offer));

  function described(link: StoredLink): NodeLink {
    const { id, name, url, fingerprint, enabled, offers } = link;
    return {
      id,
      name,
      url,
      ...(fingerprint === undefined ? {} : { fingerprint }),
      enabled,
      offers,
      commands: surfaceOf(offersOf(link)).commands,
      state: live.get(id)?.state ?? { status: 'off' },
    };
  }

  const describeAll = (): readonly NodeLink[] => file.list().map(described);

  function changed(): void {
    bus.publish('node.links.changed', { links: describeAll() });
  }

  function find(id: string): StoredLink {
    const link = file.list().find((one) => one.id === id);
    if (link === undefined) throw new GatewayError('not-found', 'unknown link');
    return link;
  }

  function replace(link: StoredLink): void {
    file.write(file.list().map((one) => (one.id === link.id ? link : one)));
  }

  function connect(link: StoredLink): void {
    if (host === undefined || !link.enabled) return;
    const { id, name, url, fingerprint } = link;
    const current: Live = { connection: undefined, state: { status: 'connecting' } };
    live.set(id, current);
    current.connection = host.dial({
      url,
      certificate: fingerprint,
      auth: () => file.list().find((one) => one.id === id)?.credential ?? {},
      prove: (challenge, params) => identity().prove(challenge, params),
      displayName: plainText(hostname(), MAX_NAME) ?? 'Clawtray',
      offer: surfaceOf(offersOf(link)),
      onToken: (deviceToken) => {
        keepToken(id, { deviceToken });
      },
      onState: (state) => {
        if (live.get(id) !== current) return;
        current.state = state;
        changed();
      },
      onCall: (call) => answer(id, name, call),
      clock,
      log,
    });
  }

  /** What the other side may use is looked up for each call: what was switched off a moment ago is off. */
  async function answer(id: string, name: string, call: NodeCall): Promise<unknown> {
    const link = file.list().find((one) => one.id === id);
    if (link?.enabled !== true || !surfaceOf(offersOf(link)).commands.includes(call.command))
      throw new NodeCallError('UNAVAILABLE', 'This computer does not offer that.');
    const ending = new AbortController();
    call.onEnd((why) => {
      ending.abort(why);
    });
    return commands.run({
      asker: { id, name },
      command: call.command,
      params: call.params,
      signal: ending.signal,
    });
  }

  function keepToken(id: string, credential: ConnectAuth): void {
    try {
      // A setup code is used up, and a shared secret is not needed any more.
      const link = find(id);
      if (link.credential.deviceToken !== credential.deviceToken) replace({ ...link, credential });
    } catch (error) {
      log.error('the token of another gateway could not be kept', { error: errorText(error) });
    }
  }

  function disconnect(id: string): void {
    const ending = live.get(id);
    live.delete(id);
    ending?.connection?.close();
  }

  /** A name of its own, short and without what hides or reorders. */
  function freeName(wanted: string): string {
    const taken = new Set(file.list().map(({ name }) => name));
    const name = plainText(wanted, MAX_NAME - 4) ?? 'Gateway';
    if (!taken.has(name)) return name;
    for (let count = 2; ; count += 1) if (!taken.has(`${name} ${count}`)) return `${name} ${count}`;
  }

  return {
    list: () => ({ links: describeAll(), available: host === undefined ? [] : available }),

    add: (params) => {
      if (host === undefined)
        throw new GatewayError('unavailable', 'This gateway cannot offer its computer to others.');
      const { url, fingerprint, credential } = readInvitation(params);
      const links = file.list();
      if (links.some((link) => link.url === url))
        throw new GatewayError('invalid-params', 'This computer is offered to that gateway already.');
      if (links.length >= MAX_LINKS)
        throw new GatewayError('unavailable', `This computer is offered to ${MAX_LINKS} gateways already.`);
      const link: StoredLink = {
        id: randomUUID(),
        name: freeName(params.name ?? new URL(url).host),
        url,
        fingerprint,
        enabled: true,
        offers: unique(params.offers ?? []),
        credential,
      };
      file.write([...links, link]);
      connect(link);
      changed();
      return described(link);
    },

    set: ({ id, enabled, offers, code }) => {
      const before = find(id);
      const invited = code === undefined ? undefined : readInvitation({ code, url: before.url });
      const link: StoredLink = {
        ...before,
        enabled: enabled ?? before.enabled,
        offers: unique(offers ?? before.offers),
        credential: invited?.credential ?? before.credential,
      };
      replace(link);
      // What is offered is said with `connect`; what runs for the other side ends with the old connection.
      disconnect(id);
      connect(link);
      changed();
      return described(link);
    },

    remove: (id) => {
      find(id);
      disconnect(id);
      file.write(file.list().filter((one) => one.id !== id));
      changed();
    },

    start: () => {
      try {
        for (const link of file.list()) connect(link);
      } catch (error) {
        log.error('this computer is offered to nobody', { error: errorText(error) });
      }
    },

    resumed: () => {
      for (const { connection } of live.values()) connection?.retryNow();
    },

    stop: () => {
      for (const id of [...live.keys()]) disconnect(id);
      return commands.stop();
    },
  };
}

function unique(offers: readonly NodeOffer[]): readonly NodeOffer[] {
  return NODE_OFFERS.filter((offer) => offers.includes(offer));
}
