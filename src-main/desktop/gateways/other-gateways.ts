// Other gateways in the desktop: puts list, connections, notifications, the window's door and the search of the network
// together, and says which gateway the window shows.

import { hostname } from 'node:os';
import path from 'node:path';
import type { NetworkAnnouncer } from '../../discovery/network-announcer.ts';
import { loadDeviceIdentity, type DeviceIdentity } from '../../gateway/auth/device-identity.ts';
import { PRODUCT_NAME } from '../../shared/brand.ts';
import {
  OWN_GATEWAY,
  type GatewayEntry,
  type GatewayOutcome,
  type GatewaysView,
  type SecretKeeping,
} from '../../shared/gateways.ts';
import type { LinkedDraft, NavigationTarget } from '../../shared/ipc.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import { plainText } from '../../shared/plain-text.ts';
import type { Clock, TimerHandle } from '../../shared/time.ts';
import { readIdFrom, type LateActivation, type OsNotifier } from '../notifications/os-notifier.ts';
import { say } from '../words/words.ts';
import { attendGateway, NO_COUNTS, type AttendedGateway } from './attend-gateway.ts';
import { createGatewayFleet, type GatewayFleet } from './gateway-fleet.ts';
import { openGatewayRegistry } from './gateway-registry.ts';
import { openSecretStore, type SecretBox } from './secret-store.ts';
import { createWindowDoor } from './window-door.ts';

export interface OtherGateways {
  readonly fleet: GatewayFleet;
  view(): GatewaysView;
  /** Connects to those on duty, and leads the window to where it was. */
  start(): Promise<void>;
  stop(): void;
  /** The gateway that the window shows. */
  selected(): string;
  /** Shows this gateway in the window; its page is loaded anew. */
  select(id: string): Promise<GatewayOutcome>;
  /** Shows this gateway, with a draft that the person has read. */
  useDraft(gateway: string, draft: LinkedDraft): Promise<GatewayOutcome>;
  /** Where a page for this gateway finds it; `undefined` unless it is the one that the window shows, and ready. */
  windowUrl(gateway: string): string | undefined;
  windowAccess(gateway: string): { readonly url: string; readonly ticket: string } | undefined;
  search(wanted: boolean): void;
  /** Notifications are wanted again. */
  resumeNotifications(): void;
  /** The computer woke up. */
  resumed(): void;
  /** Something about our own gateway or the network has changed. */
  changed(): void;
}

export interface OtherGatewaysDeps {
  readonly profileDir: string;
  readonly box: SecretBox;
  readonly network: NetworkAnnouncer;
  readonly notifier: OsNotifier;
  /** Our own gateway, for the list. */
  readonly own: () => Pick<
    GatewayEntry,
    'condition' | 'problem' | 'version' | 'fingerprint' | 'waiting' | 'unread'
  > & {
    readonly url: string | undefined;
  };
  /** Shows a place of a gateway in the window. */
  readonly open: (target: NavigationTarget, gateway: string) => void;
  readonly paused: () => boolean;
  /** The list, or how one of them stands. */
  readonly onChange: (view: GatewaysView) => void;
  /** The window shows another gateway. */
  readonly onSelected: () => void;
  /** The other gateway that the window shows is there now. */
  readonly onReached: () => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}

/** Changes that come together are told together. */
const SETTLE = 50;

export function createOtherGateways(deps: OtherGatewaysDeps): OtherGateways {
  const { profileDir, network, clock, log } = deps;
  const registry = openGatewayRegistry(path.join(profileDir, 'gateways.json'), log);
  const secrets = openSecretStore(path.join(profileDir, 'gateway-secrets.json'), deps.box, log);
  const displayName = `${PRODUCT_NAME} (${plainText(hostname().split('.')[0] ?? '', 40) ?? 'desktop'})`;
  const attended = new Map<string, AttendedGateway>();
  let known: DeviceIdentity | undefined;
  const identity = (): DeviceIdentity => (known ??= loadDeviceIdentity(profileDir));
  let keeping: SecretKeeping = 'none';
  let telling: TimerHandle | undefined;
  const door = createWindowDoor({ identity, displayName, log });

  const fleet = createGatewayFleet({
    registry,
    secrets,
    identity,
    found: () => network.found(),
    ownUrls: () => {
      const { url } = deps.own();
      return url === undefined ? [] : [url, url.replace('127.0.0.1', 'localhost')];
    },
    attend: ({ id, connection }, name) => {
      const one = attendGateway({
        id,
        name,
        connection,
        notifier: deps.notifier,
        open: (target) => {
          deps.open(target, id);
        },
        paused: deps.paused,
        onCounts: changed,
        clock,
        log,
      });
      attended.set(id, one);
      const unsubscribe = connection.onState(({ status }) => {
        if (status === 'connected' && door.now()?.id === id) deps.onReached();
      });
      return () => {
        unsubscribe();
        one.leave();
        attended.delete(id);
      };
    },
    onChange: () => {
      changed();
      stayOnDuty();
    },
    displayName,
    clock,
    random: deps.random,
    log,
  });

  /** Whoever looks after that gateway does it; one that is off duty or forgotten is looked after in the list. */
  function onLate({ id: osId, ...done }: LateActivation): void {
    const from = readIdFrom(osId);
    if (from === undefined) return;
    const one = attended.get(from.gateway);
    if (one === undefined) deps.open({ view: 'inbox' }, from.gateway);
    else one.activated({ id: from.id, ...done });
  }

  function changed(): void {
    telling ??= clock.schedule(SETTLE, () => {
      telling = undefined;
      deps.onChange(view());
    });
  }

  /** Who was put off duty or forgotten is not shown any longer. */
  function stayOnDuty(): void {
    const id = door.now()?.id;
    if (id === undefined || registry.find(id)?.onDuty === true) return;
    void select(OWN_GATEWAY);
  }

  function selected(): string {
    const id = registry.selected();
    return registry.find(id)?.onDuty === true ? id : OWN_GATEWAY;
  }

  async function select(id: string): Promise<GatewayOutcome> {
    const remote = fleet.find(id);
    if (id !== OWN_GATEWAY && (remote === undefined || registry.find(id)?.onDuty !== true))
      return { state: 'failed', message: say('gateways.offDuty') };
    const before = door.now()?.id ?? OWN_GATEWAY;
    try {
      registry.select(id);
      if (remote === undefined) door.close();
      else await door.lead(remote, () => registry.find(id));
    } catch (error) {
      log.error('the window cannot be led to another gateway', { error: errorText(error) });
      return { state: 'failed', message: errorText(error) };
    }
    remote?.retry();
    if (before !== id) deps.onSelected();
    changed();
    return { state: 'done', id };
  }

  function view(): GatewaysView {
    const { url: _url, ...own } = deps.own();
    const problem = registry.problem;
    return {
      gateways: [
        {
          id: OWN_GATEWAY,
          name: '',
          address: own.condition === 'connected' ? placeOfOwn() : '',
          secure: deps.own().url?.startsWith('wss:') ?? false,
          onDuty: true,
          signIn: 'none',
          secret: 'none',
          ...own,
        },
        ...fleet.entries().map((entry) => ({ ...entry, ...(attended.get(entry.id)?.counts() ?? NO_COUNTS) })),
      ],
      selected: selected(),
      found: network.found(),
      secrets: keeping,
      ...(problem === undefined ? {} : { problem }),
    };
  }

  function windowUrl(gateway: string): string | undefined {
    const now = door.now();
    return now?.id === gateway && gateway === selected() ? now.url : undefined;
  }

  function placeOfOwn(): string {
    return (deps.own().url ?? '').replace(/^wss?:\/\//, '');
  }

  return {
    fleet,
    view,
    start: async () => {
      keeping = await secrets.keeping().catch(() => 'none');
      // Makes them all at once; their secrets come when the system gives them out.
      const started = fleet.start();
      deps.notifier.onLateActivation(onLate, 'others');
      const id = selected();
      const remote = fleet.find(id);
      if (remote !== undefined) {
        await door.lead(remote, () => registry.find(id));
        deps.onSelected();
      }
      changed();
      await started;
    },
    stop: () => {
      if (telling !== undefined) clock.cancel(telling);
      door.close();
      fleet.stop();
    },
    selected,
    select,
    useDraft: async (gateway, draft) => {
      const outcome = await select(gateway);
      if (outcome.state === 'done') deps.open({ view: 'draft', ...draft, agreed: true }, gateway);
      return outcome;
    },
    windowUrl,
    windowAccess: (gateway) => {
      const url = windowUrl(gateway);
      const ticket = url === undefined ? undefined : door.issueTicket();
      return url === undefined || ticket === undefined ? undefined : { url, ticket };
    },
    search: (wanted) => {
      // Wanted once more: somebody does not believe what the list says.
      if (wanted && network.found().status !== 'off') network.refresh();
      network.search(wanted);
      changed();
    },
    resumeNotifications: () => {
      for (const one of attended.values()) one.resume();
    },
    resumed: () => {
      fleet.retryAll();
      network.refresh();
    },
    changed,
  };
}
