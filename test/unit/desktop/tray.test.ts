import { describe, expect, it } from 'vitest';
import {
  createTrayController,
  type TrayHandle,
  type TrayMenuEntry,
} from '../../../src-main/desktop/tray/tray.ts';
import { trayModel, type TrayFacts } from '../../../src-main/desktop/tray/tray-model.ts';
import type { StatusResult } from '../../../src-main/shared/protocol/system.ts';
import { FakeClock } from '../../fakes/fake-clock.ts';

const NOW = Date.parse('2026-11-21T09:00:00Z');

const STATUS: StatusResult = {
  runtimeVersion: '1.0.0',
  pid: 1,
  uptimeMs: 1,
  startedAtMs: 1,
  model: { provider: 'ollama', model: 'llama', label: 'llama on Ollama', source: 'detected' },
  problems: [],
  connections: 1,
  messages: 1,
  sessions: { count: 1 },
  cron: { jobs: 0 },
  notifications: { unread: 0 },
  activeRuns: [],
  memory: { rssBytes: 1 },
  traffic: {
    messagesPerSecond: 0,
    activeChannels: 0,
    heartbeats: { ok: 0, total: 0 },
    rateLimitHits: 0,
  },
};

const FACTS: TrayFacts = {
  host: { status: 'running', kind: 'embedded', url: 'ws://127.0.0.1:18789' },
  status: STATUS,
  waiting: 0,
  nextJobs: [],
  pausedUntilMs: undefined,
  update: undefined,
  others: [],
  shown: 'own',
  now: NOW,
};

const busy: Partial<StatusResult> = { activeRuns: ['a'] };
const unread: Partial<StatusResult> = { notifications: { unread: 2 } };
const broken: Partial<StatusResult> = { problems: [{ code: 'x', message: 'No disk', sinceMs: 1 }] };

describe('the icon', () => {
  const paused = NOW + 60_000;
  it.each<[string, string, Partial<TrayFacts>, Partial<StatusResult>]>([
    ['is idle', 'idle', {}, {}],
    ['works', 'working', {}, busy],
    ['waits for a decision, whatever else happens', 'waiting', { waiting: 1, pausedUntilMs: paused }, broken],
    ['waits with something unread', 'waiting', {}, unread],
    ['is paused', 'paused', { pausedUntilMs: paused }, unread],
    ['works while paused', 'working', { pausedUntilMs: paused }, busy],
    ['shows problems', 'error', {}, { ...broken, ...busy }],
    ['shows a start that failed', 'error', { host: { status: 'failed', message: 'No' } }, {}],
    ['is offline while it starts', 'offline', { host: { status: 'starting' } }, {}],
    ['is offline without a connection', 'offline', { status: undefined }, {}],
  ])('%s', (_name, icon, facts, status) => {
    expect(trayModel({ ...FACTS, status: { ...STATUS, ...status }, ...facts }).icon).toBe(icon);
  });
});

describe('the menu', () => {
  const labels = (facts: Partial<TrayFacts>): readonly string[] =>
    trayModel({ ...FACTS, ...facts }).items.flatMap((item) => ('label' in item ? [item.label] : []));

  it('says when another program has the gateway', () => {
    const host = { status: 'running', kind: 'attached', url: 'ws://127.0.0.1:1' } as const;
    expect(labels({ host })).toContain('In another program: llama on Ollama');
  });

  it('offers a newer version, and the restart once it is there', () => {
    expect(labels({ update: { version: '2.0.0', ready: false } })).toContain('Version 2.0.0 Is Available');
    expect(labels({ update: { version: '2.0.0', ready: true } })).toContain('Restart as Version 2.0.0');
  });
});

function tray(): {
  readonly made: string[];
  readonly icons: string[];
  readonly counts: number[];
  readonly handle: () => TrayHandle;
  menu: readonly TrayMenuEntry[];
} {
  const state = {
    made: [] as string[],
    icons: [] as string[],
    counts: [] as number[],
    menu: [] as readonly TrayMenuEntry[],
    handle: (): TrayHandle => {
      state.made.push('made');
      return {
        setIcon: (icon) => state.icons.push(icon),
        setToolTip: () => undefined,
        setMenu: (entries) => {
          state.menu = entries;
        },
        setCount: (count) => state.counts.push(count),
        onClick: () => undefined,
        destroy: () => state.made.push('destroyed'),
      };
    },
  };
  return state;
}

describe('the tray on the screen', () => {
  const start = (clock: FakeClock, fake: ReturnType<typeof tray>): ReturnType<typeof createTrayController> =>
    createTrayController({
      createTray: fake.handle,
      clock,
      open: () => undefined,
      pause: () => undefined,
      quickChat: () => undefined,
      restart: () => undefined,
      quit: () => undefined,
    });
  const working = trayModel({ ...FACTS, status: { ...STATUS, ...busy } });
  const idle = trayModel(FACTS);
  const offline = trayModel({ ...FACTS, status: undefined });
  const deciding = trayModel({ ...FACTS, waiting: 1 });

  it('does not flicker between two runs, and not when a connection is lost for a moment', async () => {
    const clock = new FakeClock(NOW);
    const fake = tray();
    const controller = start(clock, fake);
    controller.render(working);
    controller.render(idle);
    await clock.advance(1_000);
    controller.render(working);
    controller.render(offline);
    await clock.advance(500);
    controller.render(working);
    await clock.advance(5_000);
    expect(fake.icons).toEqual(['working']);
  });

  it('says in the end that it is over, and at once that somebody is waited for', async () => {
    const clock = new FakeClock(NOW);
    const fake = tray();
    const controller = start(clock, fake);
    controller.render(working);
    controller.render(idle);
    await clock.advance(2_000);
    expect(fake.icons).toEqual(['working', 'idle']);
    controller.render(offline);
    controller.render(deciding);
    expect(fake.icons).toEqual(['working', 'idle', 'waiting']);
    await clock.advance(10_000);
    expect(fake.icons).toHaveLength(3);
    expect(clock.pending).toBe(0);
  });

  it('counts what waits for the person, once, over all gateways', () => {
    const fake = tray();
    const controller = start(new FakeClock(NOW), fake);
    const unread = (count: number) => ({
      ...STATUS,
      notifications: { ...STATUS.notifications, unread: count },
    });
    controller.render(trayModel({ ...FACTS, status: unread(3), waiting: 1 }));
    controller.render(trayModel({ ...FACTS, status: unread(3), waiting: 1 }));
    // A decision whose notification was read still waits.
    controller.render(trayModel({ ...FACTS, status: unread(0), waiting: 1 }));
    controller.render(idle);
    expect(fake.counts).toEqual([3, 1, 0]);
  });

  it('comes back as it was when the program that shows it is another one', () => {
    const fake = tray();
    const controller = start(new FakeClock(NOW), fake);
    controller.render(deciding);
    fake.menu = [];
    controller.recreate();
    expect(fake.made).toEqual(['made', 'destroyed', 'made']);
    expect(fake.icons).toEqual(['waiting', 'waiting']);
    expect(fake.menu.map(({ label }) => label)).toContain('Decide: 1 approval');
  });
});
