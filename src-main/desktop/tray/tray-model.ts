// What the tray shows, from what is known. Pure: the same facts always give the same icon, words and menu.

import { OWN_GATEWAY, type GatewayCondition, type GatewayEntry } from '../../shared/gateways.ts';
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
    { kind: 'open', label: 'Open Chat', target: undefined },
    { kind: 'quick-chat', label: 'Quick Chat' },
    inbox(facts),
    ...automations(facts),
    gateways(facts),
    { kind: 'open', label: 'Settings', target: { view: 'settings' } },
    facts.pausedUntilMs === undefined
      ? { kind: 'pause', label: 'Pause Notifications for 1 Hour' }
      : {
          kind: 'resume',
          label: `Resume Notifications (paused until ${timeText(facts.pausedUntilMs, facts.now)})`,
        },
    { kind: 'separator' },
    ...update(facts),
    { kind: 'quit', label: 'Quit Clawtray' },
  );
  return { icon, tooltip: `Clawtray: ${state}`, items };
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
  if (host.status === 'failed') return 'The gateway could not start';
  if (waitingIn(facts) > 0) return 'Waiting for your decision';
  if (host.status === 'starting') return 'Starting…';
  if (status === undefined) return 'Reconnecting…';
  if (status.problems.length > 0) return 'Needs attention';
  if (unreadIn(facts) > 0 && pausedUntilMs === undefined) return 'Waiting for you';
  if (status.activeRuns.length > 0) return 'Working…';
  return pausedUntilMs === undefined ? 'Ready' : `Paused until ${timeText(pausedUntilMs, now)}`;
}

function detailText({ host, status }: TrayFacts): string | undefined {
  if (host.status === 'failed') return shorten(host.message);
  const [problem] = status?.problems ?? [];
  if (problem !== undefined) return shorten(problem.message);
  if (status === undefined) return undefined;
  const elsewhere = host.status === 'running' && host.kind === 'attached';
  return shorten(elsewhere ? `In another program: ${status.model.label}` : `Answers: ${status.model.label}`);
}

function update({ update: newer }: TrayFacts): readonly TrayItem[] {
  if (newer === undefined) return [];
  return newer.ready
    ? [{ kind: 'restart', label: shorten(`Restart as Version ${newer.version}`) }]
    : [
        {
          kind: 'open',
          label: shorten(`Version ${newer.version} Is Available`),
          target: { view: 'settings' },
        },
      ];
}

/** One line for each gateway on which something waits. */
function approvals({ status, waiting, others }: TrayFacts): readonly TrayItem[] {
  const line = (count: number, gateway: string, where: string): readonly TrayItem[] =>
    count === 0
      ? []
      : [
          {
            kind: 'open',
            label: shorten(`Decide: ${count} ${count === 1 ? 'approval' : 'approvals'}${where}`),
            target: { view: 'approvals' },
            gateway,
          },
        ];
  return [
    ...line(status === undefined ? 0 : waiting, OWN_GATEWAY, ''),
    ...others.flatMap((other) => line(other.waiting, other.id, ` on ${other.name}`)),
  ];
}

/** All that is unread; it opens where something is. */
function inbox(facts: TrayFacts): TrayItem {
  const unread = unreadIn(facts);
  const target: NavigationTarget = { view: 'inbox' };
  if (unread === 0) return { kind: 'open', label: 'Inbox', target };
  const own = facts.status?.notifications.unread ?? 0;
  const elsewhere = facts.others.find((other) => other.unread > 0)?.id;
  return {
    kind: 'open',
    label: `Inbox (${unread} unread)`,
    target,
    gateway: own > 0 ? OWN_GATEWAY : (elsewhere ?? OWN_GATEWAY),
  };
}

const CONDITIONS: Readonly<Record<GatewayCondition, string>> = {
  'off-duty': 'off duty',
  connecting: 'connecting',
  connected: 'connected',
  unreachable: 'not reached',
  pairing: 'waits for approval there',
  'not-approved': 'not approved there',
  'sign-in': 'wants you to sign in',
  'certificate-changed': 'shows another certificate',
  refused: 'does not let you in',
};

function gateways({ others, shown }: TrayFacts): TrayItem {
  const target: NavigationTarget = { view: 'gateways' };
  if (others.length === 0) return { kind: 'open', label: 'Other Gateways…', target };
  return {
    kind: 'submenu',
    label: 'Gateways',
    items: [
      { kind: 'gateway', label: 'This app', gateway: OWN_GATEWAY, shown: shown === OWN_GATEWAY },
      ...others.map(({ id, name, condition }): TrayItem => ({
        kind: 'gateway',
        label: shorten(`${name}: ${CONDITIONS[condition]}`),
        gateway: id,
        shown: shown === id,
      })),
      { kind: 'separator' },
      { kind: 'open', label: 'Manage Gateways…', target },
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
        label: count === 0 ? 'Automations' : `Automations (${count})`,
        target,
        gateway: OWN_GATEWAY,
      },
    ];
  return nextJobs.map(({ name, atMs }, index) => ({
    kind: 'open',
    label: shorten(`${index === 0 ? 'Next' : 'Then'}: ${name}, ${timeText(atMs, now)}`),
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
