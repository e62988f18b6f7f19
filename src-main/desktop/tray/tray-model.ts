// What the tray shows, from what is known. Pure: the same facts always give the same icon, words and menu.

import type { NavigationTarget } from '../../shared/ipc.ts';
import type { StatusResult } from '../../shared/protocol/system.ts';
import type { HostState } from '../gateway/gateway-host.ts';
import { clockTime, say, shortDay } from '../words/words.ts';

export type TrayIcon = 'idle' | 'working' | 'waiting' | 'paused' | 'offline' | 'error';

export type TrayItem =
  | { readonly kind: 'text'; readonly label: string }
  | { readonly kind: 'separator' }
  | { readonly kind: 'open'; readonly label: string; readonly target: NavigationTarget | undefined }
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
  /** A newer version of the app, and whether it only waits for a restart. */
  readonly update: { readonly version: string; readonly ready: boolean } | undefined;
  readonly now: number;
}

const MAX_LABEL = 48;

export function trayModel(facts: TrayFacts): TrayModel {
  const icon = iconOf(facts);
  const state = stateText(facts);
  const unread = facts.status?.notifications.unread ?? 0;
  const items: TrayItem[] = [{ kind: 'text', label: state }];
  const detail = detailText(facts);
  if (detail !== undefined) items.push({ kind: 'text', label: detail });
  if (facts.waiting > 0 && facts.status !== undefined) {
    items.push({ kind: 'open', label: approvalsLabel(facts.waiting), target: { view: 'approvals' } });
  }
  items.push(
    { kind: 'separator' },
    { kind: 'open', label: 'Open Chat', target: undefined },
    { kind: 'quick-chat', label: 'Quick Chat' },
    { kind: 'open', label: unread === 0 ? 'Inbox' : `Inbox (${unread} unread)`, target: { view: 'inbox' } },
    ...automations(facts),
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

function iconOf({ host, status, waiting, pausedUntilMs }: TrayFacts): TrayIcon {
  if (host.status === 'failed') return 'error';
  if (host.status === 'starting' || status === undefined) return 'offline';
  if (waiting > 0) return 'waiting';
  if (status.problems.length > 0) return 'error';
  const paused = pausedUntilMs !== undefined;
  // Who paused notifications does not want to be called by the icon either.
  if (status.notifications.unread > 0 && !paused) return 'waiting';
  if (status.activeRuns.length > 0) return 'working';
  return paused ? 'paused' : 'idle';
}

function stateText({ host, status, waiting, pausedUntilMs, now }: TrayFacts): string {
  if (host.status === 'failed') return 'The gateway could not start';
  if (host.status === 'starting') return 'Starting…';
  if (status === undefined) return 'Reconnecting…';
  if (waiting > 0) return 'Waiting for your decision';
  if (status.problems.length > 0) return 'Needs attention';
  if (status.notifications.unread > 0 && pausedUntilMs === undefined) return 'Waiting for you';
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

function approvalsLabel(count: number): string {
  return count === 1 ? 'Decide: 1 approval' : `Decide: ${count} approvals`;
}

function automations({ nextJobs, status, now }: TrayFacts): readonly TrayItem[] {
  const target: NavigationTarget = { view: 'automations' };
  const count = status?.cron.jobs ?? 0;
  if (nextJobs.length === 0)
    return [{ kind: 'open', label: count === 0 ? 'Automations' : `Automations (${count})`, target }];
  return nextJobs.map(({ name, atMs }, index) => ({
    kind: 'open',
    label: shorten(`${index === 0 ? 'Next' : 'Then'}: ${name}, ${timeText(atMs, now)}`),
    target,
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
