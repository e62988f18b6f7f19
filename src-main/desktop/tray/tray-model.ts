// What the tray shows, from what is known. Pure: the same facts always give the same icon, words and menu.

import { OWN_GATEWAY, type GatewayEntry } from '../../shared/gateways.ts';
import type { NavigationTarget } from '../../shared/ipc.ts';
import type { StatusResult } from '../../shared/protocol/system.ts';
import type { HostState } from '../gateway/gateway-host.ts';
import { clockTime, say, shortDay } from '../words/words.ts';

export type TrayIcon = 'idle' | 'working' | 'waiting' | 'paused' | 'offline' | 'error';

export type TrayItem =
  | { readonly kind: 'text'; readonly label: string }
  | { readonly kind: 'separator' }
  | {
      readonly kind: 'open';
      readonly label: string;
      readonly target: NavigationTarget | undefined;
      /** The gateway whose place it is; the one that the window shows, if left out. */
      readonly gateway?: string;
    }
  | { readonly kind: 'gateway'; readonly label: string; readonly gateway: string; readonly shown: boolean }
  | { readonly kind: 'submenu'; readonly label: string; readonly items: readonly TrayItem[] }
  | { readonly kind: 'pause' | 'resume' | 'quick-chat' | 'restart' | 'quit'; readonly label: string };

export interface TrayModel {
  readonly icon: TrayIcon;
  readonly tooltip: string;
  /** What waits for the person, over all gateways: unread notifications, of which every decision is one. */
  readonly count: number;
  readonly items: readonly TrayItem[];
}

export interface NextJob {
  readonly name: string;
  readonly atMs: number;
}

export interface TrayFacts {
  readonly host: HostState;
  /** `undefined` while there is no connection to the gateway. */
  readonly status: StatusResult | undefined;
  /** Commands and devices that wait for the person's decision. */
  readonly waiting: number;
  /** The next jobs, the soonest first. */
  readonly nextJobs: readonly NextJob[];
  /** Until then the person wants no notifications; `undefined` when they do. */
  readonly pausedUntilMs: number | undefined;
  /** Other gateways that the person uses. */
  readonly others: readonly GatewayEntry[];
  /** The gateway that the window shows. */
  readonly shown: string;
  /** A newer version of the app, and whether it only waits for a restart. */
  readonly update: { readonly version: string; readonly ready: boolean } | undefined;
  readonly now: number;
}

const MAX_LABEL = 48;

export function trayModel(facts: TrayFacts): TrayModel {
  const icon = iconOf(facts);
  const state = stateText(facts);
  const items: TrayItem[] = [{ kind: 'text', label: state }];
  const detail = detailText(facts);
  if (detail !== undefined) items.push({ kind: 'text', label: detail });
  items.push(
    ...approvals(facts),
    { kind: 'separator' },
    { kind: 'open', label: say('tray.openChat'), target: undefined },
    { kind: 'quick-chat', label: say('menu.quickChat') },
    inbox(facts),
    ...automations(facts),
    gateways(facts),
    { kind: 'open', label: say('menu.settings'), target: { view: 'settings' } },
    facts.pausedUntilMs === undefined
      ? { kind: 'pause', label: say('tray.pause') }
      : {
          kind: 'resume',
          label: say('tray.resume', { time: timeText(facts.pausedUntilMs, facts.now) }),
        },
    { kind: 'separator' },
    ...update(facts),
    { kind: 'quit', label: say('menu.quit') },
  );
  return { icon, tooltip: `Clawtray: ${state}`, count: Math.max(unreadIn(facts), waitingIn(facts)), items };
}

/** Over all gateways. */
function waitingIn({ status, waiting, others }: TrayFacts): number {
  return others.reduce((sum, other) => sum + other.waiting, status === undefined ? 0 : waiting);
}

/** Over all gateways. */
function unreadIn({ status, others }: TrayFacts): number {
  return others.reduce((sum, other) => sum + other.unread, status?.notifications.unread ?? 0);
}

function iconOf(facts: TrayFacts): TrayIcon {
  const { host, status, pausedUntilMs } = facts;
  if (host.status === 'failed') return 'error';
  if (waitingIn(facts) > 0) return 'waiting';
  if (host.status === 'starting' || status === undefined) return 'offline';
  if (status.problems.length > 0) return 'error';
  const paused = pausedUntilMs !== undefined;
  // Who paused notifications does not want to be called by the icon either.
  if (unreadIn(facts) > 0 && !paused) return 'waiting';
  if (status.activeRuns.length > 0) return 'working';
  return paused ? 'paused' : 'idle';
}

function stateText(facts: TrayFacts): string {
  const { host, status, pausedUntilMs, now } = facts;
  if (host.status === 'failed') return say('tray.state.failed');
  if (waitingIn(facts) > 0) return say('tray.state.decision');
  if (host.status === 'starting') return say('tray.state.starting');
  if (status === undefined) return say('tray.state.reconnecting');
  if (status.problems.length > 0) return say('tray.state.attention');
  if (unreadIn(facts) > 0 && pausedUntilMs === undefined) return say('tray.state.waiting');
  if (status.activeRuns.length > 0) return say('tray.state.working');
  return pausedUntilMs === undefined
    ? say('tray.state.ready')
    : say('tray.state.paused', { time: timeText(pausedUntilMs, now) });
}

function detailText({ host, status }: TrayFacts): string | undefined {
  if (host.status === 'failed') return shorten(host.message);
  const [problem] = status?.problems ?? [];
  if (problem !== undefined) return shorten(problem.message);
  if (status === undefined) return undefined;
  const elsewhere = host.status === 'running' && host.kind === 'attached';
  return shorten(say(elsewhere ? 'tray.elsewhere' : 'tray.answers', { label: status.model.label }));
}

function update({ update: newer }: TrayFacts): readonly TrayItem[] {
  if (newer === undefined) return [];
  return newer.ready
    ? [{ kind: 'restart', label: shorten(say('tray.restart', { version: newer.version })) }]
    : [
        {
          kind: 'open',
          label: shorten(say('tray.available', { version: newer.version })),
          target: { view: 'settings' },
        },
      ];
}

/** One line for each gateway on which something waits. */
function approvals({ status, waiting, others }: TrayFacts): readonly TrayItem[] {
  const line = (count: number, gateway: string, name?: string): readonly TrayItem[] =>
    count === 0
      ? []
      : [
          {
            kind: 'open',
            label: shorten(
              name === undefined ? say('tray.decide', { count }) : say('tray.decideOn', { count, name }),
            ),
            target: { view: 'approvals' },
            gateway,
          },
        ];
  return [
    ...line(status === undefined ? 0 : waiting, OWN_GATEWAY),
    ...others.flatMap((other) => line(other.waiting, other.id, other.name)),
  ];
}

/** All that is unread; it opens where something is. */
function inbox(facts: TrayFacts): TrayItem {
  const unread = unreadIn(facts);
  const target: NavigationTarget = { view: 'inbox' };
  if (unread === 0) return { kind: 'open', label: say('tray.inbox'), target };
  const own = facts.status?.notifications.unread ?? 0;
  const elsewhere = facts.others.find((other) => other.unread > 0)?.id;
  return {
    kind: 'open',
    label: say('tray.inboxUnread', { count: unread }),
    target,
    gateway: own > 0 ? OWN_GATEWAY : (elsewhere ?? OWN_GATEWAY),
  };
}

function gateways({ others, shown }: TrayFacts): TrayItem {
  const target: NavigationTarget = { view: 'gateways' };
  if (others.length === 0) return { kind: 'open', label: say('tray.otherGateways'), target };
  return {
    kind: 'submenu',
    label: say('tray.gateways'),
    items: [
      { kind: 'gateway', label: say('tray.thisApp'), gateway: OWN_GATEWAY, shown: shown === OWN_GATEWAY },
      ...others.map(({ id, name, condition }): TrayItem => ({
        kind: 'gateway',
        label: shorten(say('tray.gateway', { name, condition: say(`tray.condition.${condition}`) })),
        gateway: id,
        shown: shown === id,
      })),
      { kind: 'separator' },
      { kind: 'open', label: say('tray.manageGateways'), target },
    ],
  };
}

function automations({ nextJobs, status, now }: TrayFacts): readonly TrayItem[] {
  const target: NavigationTarget = { view: 'automations' };
  const count = status?.cron.jobs ?? 0;
  if (nextJobs.length === 0)
    return [
      {
        kind: 'open',
        label: count === 0 ? say('tray.automations') : say('tray.automationsCount', { jobs: count }),
        target,
        gateway: OWN_GATEWAY,
      },
    ];
  return nextJobs.map(({ name, atMs }, index) => ({
    kind: 'open',
    label: shorten(say(index === 0 ? 'tray.next' : 'tray.then', { name, time: timeText(atMs, now) })),
    target,
    gateway: OWN_GATEWAY,
  }));
}

export function timeText(at: number, now: number): string {
  const time = clockTime(at);
  const days = Math.round((startOfDay(at) - startOfDay(now)) / 86_400_000);
  if (days === 0) return time;
  return days === 1 ? say('time.tomorrow', { time }) : `${shortDay(at)} ${time}`;
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

function shorten(text: string): string {
  return text.length <= MAX_LABEL ? text : `${text.slice(0, MAX_LABEL - 1)}…`;
}
