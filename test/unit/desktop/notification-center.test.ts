import { describe, expect, test } from 'vitest';
import type { GatewayConnection } from '../../../src-main/client/connection.ts';
import { startNotificationCenter } from '../../../src-main/desktop/notifications/notification-center.ts';
import type {
  LateActivation,
  NotifierCapabilities,
  OsNotification,
} from '../../../src-main/desktop/notifications/os-notifier.ts';
import { silentLogger } from '../../../src-main/shared/logger.ts';
import type { NavigationTarget } from '../../../src-main/shared/ipc.ts';
import type { InboxNotification } from '../../../src-main/shared/protocol/notifications.ts';

const NOW = 1_800_000_000_000;

const notice = (id: string, more: Partial<InboxNotification> = {}): InboxNotification => ({
  id,
  kind: 'reminder',
  source: 'reminder',
  state: 'unread',
  title: 'Reminder',
  body: `Body ${id}`,
  createdAtMs: NOW,
  ...more,
});

interface Made {
  readonly shown: OsNotification[];
  readonly closed: string[];
  readonly opened: NavigationTarget[];
  /** What was asked of the gateway, without how deliveries went. */
  readonly asked: () => readonly (readonly [string, unknown])[];
  readonly emit: (event: string, payload: unknown) => Promise<void>;
  readonly late: (activation: LateActivation) => Promise<void>;
  readonly connect: () => Promise<void>;
  readonly inbox: InboxNotification[];
  readonly fail: Set<string>;
  paused: boolean;
  readonly resume: () => Promise<void>;
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

function create(capabilities: NotifierCapabilities = { buttons: true, reply: true }, connected = true): Made {
  const listeners = new Map<string, (payload: unknown) => void>();
  const requests: (readonly [string, unknown])[] = [];
  const inbox: InboxNotification[] = [];
  const fail = new Set<string>();
  const shown: OsNotification[] = [];
  const closed: string[] = [];
  const opened: NavigationTarget[] = [];
  let onState: ((state: unknown) => void) | undefined;
  let onLate: ((activation: LateActivation) => void) | undefined;
  const state = {
    status: connected ? 'connected' : 'connecting',
    hello: { features: { methods: ['notifications.list', 'cron.missed'] } },
  };
  const connection = {
    state,
    on: (event: string, listener: (payload: unknown) => void) => {
      listeners.set(event, listener);
      return () => undefined;
    },
    onState: (listener: (now: unknown) => void) => {
      onState = listener;
      return () => undefined;
    },
    request: (method: string, params: { undelivered?: boolean }) => {
      requests.push([method, params]);
      if (fail.has(method)) return Promise.reject(new Error('The disk is full.'));
      if (method === 'notifications.list')
        return Promise.resolve({ notifications: params.undelivered === true ? [] : inbox });
      if (method === 'cron.missed') return Promise.resolve({ missed: [{ jobId: 'missed' }] });
      return Promise.resolve({});
    },
  };
  const made: Made = {
    shown,
    closed,
    opened,
    inbox,
    fail,
    paused: false,
    asked: () =>
      requests.filter(
        ([method]) => !['notifications.delivered', 'notifications.list', 'cron.missed'].includes(method),
      ),
    emit: async (event, payload) => {
      listeners.get(event)?.(payload);
      await settle();
    },
    late: async (activation) => {
      onLate?.(activation);
      await settle();
    },
    connect: async () => {
      state.status = 'connected';
      onState?.(state);
      await settle();
    },
    resume: async () => {
      center.resume();
      await settle();
    },
  };
  const center = startNotificationCenter({
    connection: connection as unknown as GatewayConnection,
    notifier: {
      capabilities: () => Promise.resolve(capabilities),
      show: (notification) => {
        shown.push(notification);
        return Promise.resolve({ status: 'delivered' });
      },
      close: (id) => closed.push(id),
      onLateActivation: (listener) => {
        onLate = listener;
      },
      stop: () => undefined,
    },
    open: (target) => opened.push(target),
    showApproval: () => Promise.resolve(undefined),
    paused: () => made.paused,
    now: () => NOW,
    log: silentLogger,
  });
  return made;
}

const labels = ({ buttons = [] }: OsNotification): readonly string[] => buttons.map(({ label }) => label);

describe('what is offered', () => {
  test('on a reminder is done and snooze', async () => {
    const { emit, shown, asked } = create();
    await emit('notification', { notification: notice('a') });
    expect(labels(shown[0]!)).toEqual(['Done', 'Snooze 10 min']);
    shown[0]!.onButton!('done');
    await emit('notification', { notification: notice('b') });
    shown[1]!.onButton!('snooze');
    expect(asked()).toEqual([
      ['notifications.resolve', { ids: ['a'] }],
      ['notifications.snooze', { ids: ['b'], untilMs: NOW + 600_000 }],
    ]);
  });

  test('on a missed run that nobody has decided about is to run it or not', async () => {
    const { emit, shown, asked } = create();
    const alert = { kind: 'alert', source: 'automation', title: 'Backup was missed' } as const;
    await emit('notification', { notification: notice('a', { ...alert, jobId: 'missed' }) });
    await emit('notification', { notification: notice('b', { ...alert, jobId: 'other' }) });
    expect(labels(shown[0]!)).toEqual(['Run Now', 'Skip']);
    expect(shown[0]!.persistent).toBe(true);
    expect(labels(shown[1]!)).toEqual([]);
    shown[0]!.onButton!('run');
    expect(asked()).toEqual([['cron.missed.resolve', { id: 'missed', action: 'run' }]]);
  });

  test('on what an agent says is a line to answer in, where the system has that', async () => {
    const job = notice('a', { kind: 'job', source: 'automation', sessionKey: 'agent:main:main' });
    const { emit, shown, asked } = create();
    await emit('notification', { notification: job });
    expect(shown[0]!.reply).toEqual({ placeholder: 'Answer' });
    shown[0]!.onReply!('  thanks ');
    await settle();
    expect(asked()).toMatchObject([
      ['chat.send', { sessionKey: 'agent:main:main', message: 'thanks' }],
      ['notifications.read', { ids: ['a'] }],
    ]);
    const plain = create({ buttons: false, reply: false });
    await plain.emit('notification', { notification: job });
    await plain.emit('notification', { notification: notice('b') });
    expect(plain.shown.map(({ reply, buttons }) => [reply, buttons])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  test('is told when it could not be done; an answer is not thrown away', async () => {
    const { emit, shown, fail, opened } = create();
    fail.add('notifications.resolve').add('chat.send');
    await emit('notification', { notification: notice('a') });
    shown[0]!.onButton!('done');
    await settle();
    expect(shown[1]).toMatchObject({ title: 'Nothing was changed', body: 'The disk is full.' });
    shown[1]!.onClick();
    expect(opened).toEqual([{ view: 'inbox' }]);
    await emit('notification', { notification: notice('b', { kind: 'job', sessionKey: 'agent:main:main' }) });
    shown[2]!.onReply!('a long answer');
    await settle();
    expect(shown[3]).toMatchObject({ title: 'Your answer was not sent', body: 'a long answer' });
  });
});

describe('what is dealt with elsewhere', () => {
  test('goes from the screen, and is not shown if it is not there yet', async () => {
    const { emit, closed, shown } = create();
    await emit('notification', { notification: notice('a') });
    await emit('notifications.changed', { unread: 0, ids: ['a'] });
    expect(closed).toEqual(['a']);
    const both = [
      emit('notification', { notification: notice('b') }),
      emit('notifications.changed', { unread: 0, ids: ['b'] }),
    ];
    await Promise.all(both);
    expect(shown.map(({ id }) => id)).toEqual(['a']);
  });

  test('while notifications are paused is not told afterwards', async () => {
    const made = create();
    made.paused = true;
    await made.emit('notification', { notification: notice('a') });
    await made.emit('notification', { notification: notice('b') });
    await made.emit('notifications.changed', { unread: 1, ids: ['a'] });
    made.paused = false;
    await made.resume();
    expect(made.shown.map(({ id }) => id)).toEqual(['b']);
  });
});

test('a summary does not come while notifications are paused; what it tells of comes afterwards', async () => {
  const made = create();
  made.paused = true;
  made.inbox.push(notice('a'), notice('b'));
  await made.emit('notifications.summary', {
    ids: ['a', 'b'],
    count: 2,
    title: '2 notifications',
    body: 'x',
  });
  expect(made.shown).toEqual([]);
  made.paused = false;
  await made.resume();
  expect(made.shown.map(({ id }) => id)).toEqual(['b', 'a']);
});

describe('what was answered on a notification of an earlier process', () => {
  test.each<[string, LateActivation, readonly (readonly [string, unknown])[], readonly NavigationTarget[]]>([
    ['a click', { id: 'a' }, [['notifications.read', { ids: ['a'] }]], [{ view: 'inbox' }]],
    ['a button', { id: 'a', button: 'done' }, [['notifications.resolve', { ids: ['a'] }]], []],
    ['a button that is none', { id: 'a', button: 'format' }, [], []],
    ['one that is gone', { id: 'gone', button: 'done' }, [], [{ view: 'inbox' }]],
    [
      'an approval, which is never decided in this way',
      { id: 'approval:x', button: 'approve' },
      [],
      [{ view: 'approvals' }],
    ],
  ])('%s is done once there is a connection', async (_what, activation, requests, targets) => {
    const { late, connect, inbox, asked, opened } = create(undefined, false);
    inbox.push(notice('a'));
    await late(activation);
    expect(opened).toEqual([]);
    await connect();
    expect(asked()).toEqual(requests);
    expect(opened).toEqual(targets);
  });
});
