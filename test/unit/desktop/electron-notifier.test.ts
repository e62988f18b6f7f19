// Against what Electron's documentation says of its Notification on macOS and Windows; neither of them took part in this.

import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  createElectronNotifier,
  type NotificationClass,
} from '../../../src-main/desktop/notifications/electron-notifier.ts';
import type { LateActivation, OsNotification } from '../../../src-main/desktop/notifications/os-notifier.ts';

interface Fake extends EventEmitter {
  readonly options: Record<string, unknown>;
  readonly id: string;
  closed: boolean;
}

type Activated = (details: { arguments: string; userInputs?: Record<string, string> }) => void;

let made: Fake[];
/** `show`, `nothing`, or the error. */
let answersWith: string;
let supported: boolean;
let activated: Activated | undefined;

function fakeClass(
  features: { readonly activation?: boolean; readonly history?: readonly Fake[] } = {},
): NotificationClass {
  class FakeNotification extends EventEmitter {
    static isSupported = (): boolean => supported;
    closed = false;
    readonly options: { readonly id?: string };
    readonly id: string;
    constructor(options: { readonly id?: string }) {
      super();
      this.options = options;
      this.id = options.id ?? '';
      made.push(this);
    }
    show(): void {
      if (answersWith === 'show') this.emit('show', {});
      else if (answersWith !== 'nothing') this.emit('failed', {}, answersWith);
    }
    close(): void {
      this.closed = true;
      this.emit('close', {});
    }
  }
  return Object.assign(FakeNotification, {
    ...(features.activation === true
      ? {
          handleActivation: (listener: Activated) => {
            activated = listener;
          },
        }
      : {}),
    ...(features.history === undefined ? {} : { getHistory: () => Promise.resolve(features.history) }),
  }) as unknown as NotificationClass;
}

function notice(more: Partial<OsNotification> = {}): OsNotification & { readonly did: string[] } {
  const did: string[] = [];
  return {
    id: 'n1',
    title: 'Reminder',
    body: 'Stretch',
    persistent: true,
    group: 'cron:1',
    buttons: [
      { id: 'done', label: 'Done' },
      { id: 'snooze', label: 'Snooze 10 min' },
    ],
    onClick: () => did.push('click'),
    onButton: (id) => did.push(id),
    onReply: (text) => did.push(`reply ${text}`),
    onClose: () => did.push('closed'),
    did,
    ...more,
  };
}

beforeEach(() => {
  made = [];
  answersWith = 'show';
  supported = true;
  activated = undefined;
});

describe('on macOS', () => {
  const create = (history?: readonly Fake[]) =>
    createElectronNotifier({
      Notification: fakeClass(history === undefined ? {} : { history }),
      platform: 'darwin',
      version: '45.4.1',
    });

  test('asks for actions, a group and an id, and tells which action was chosen', async () => {
    const notifier = create();
    await expect(notifier.capabilities()).resolves.toEqual({ buttons: true, reply: true });
    const shown = notice();
    await expect(notifier.show(shown)).resolves.toEqual({ status: 'delivered' });
    expect(made[0]!.options).toEqual({
      id: 'n1',
      groupId: 'cron:1',
      title: 'Reminder',
      body: 'Stretch',
      actions: [
        { type: 'button', text: 'Done' },
        { type: 'button', text: 'Snooze 10 min' },
      ],
    });
    made[0]!.emit('action', { actionIndex: 1 }, 1, -1);
    expect(shown.did).toEqual(['snooze']);
    // Once: whatever the system says afterwards.
    made[0]!.emit('click', {});
    made[0]!.emit('close', {});
    expect(shown.did).toEqual(['snooze']);
  });

  test('takes an answer, but not beside several actions', async () => {
    const notifier = create();
    const shown = notice({ buttons: [], reply: { placeholder: 'Answer' } });
    await notifier.show(shown);
    expect(made[0]!.options).toMatchObject({ hasReply: true, replyPlaceholder: 'Answer' });
    made[0]!.emit('reply', { reply: 'on my way' }, 'on my way');
    expect(shown.did).toEqual(['reply on my way']);
    await notifier.show(notice({ id: 'n2', reply: { placeholder: 'Answer' } }));
    expect(made[1]!.options).not.toHaveProperty('hasReply');
  });

  test('says why it was refused, and where to look', async () => {
    answersWith = 'not signed';
    const outcome = await create().show(notice());
    expect(outcome).toEqual({
      status: 'failed',
      reason:
        'The system refused the notification: not signed. Look in System Settings, Notifications, whether Clawtray may send them.',
    });
  });

  test('a click on what an earlier process has shown is told', async () => {
    const old = Object.assign(new EventEmitter(), { id: 'old', options: {}, closed: false, close: vi.fn() });
    const notifier = create([old]);
    await Promise.resolve();
    old.emit('click', {});
    const late: LateActivation[] = [];
    notifier.onLateActivation((activation) => late.push(activation));
    expect(late).toEqual([{ id: 'old' }]);
    notifier.close('old');
    expect(old.close).toHaveBeenCalled();
  });
});

describe('on Windows', () => {
  const create = () =>
    createElectronNotifier({
      Notification: fakeClass({ activation: true }),
      platform: 'win32',
      version: '45.4.1',
    });

  test('shows the toast’s XML under its tag, and is told by its arguments alone', async () => {
    const notifier = create();
    await expect(notifier.capabilities()).resolves.toEqual({ buttons: true, reply: true });
    const shown = notice();
    await notifier.show(shown);
    expect(Object.keys(made[0]!.options).toSorted()).toEqual(['id', 'toastXml']);
    expect(made[0]!.options['toastXml']).toContain(
      '<action content="Done" arguments="clawtray=n1&amp;button=done"',
    );
    // Electron tells both ways.
    made[0]!.emit('action', { actionIndex: 0 }, 0, -1);
    activated!({ arguments: 'clawtray=n1&button=done' });
    made[0]!.emit('click', {});
    expect(shown.did).toEqual(['done']);
  });

  test('a click that starts the app is kept until somebody wants to know', () => {
    const notifier = create();
    activated!({ arguments: 'clawtray=from-before&button=snooze' });
    activated!({ arguments: 'clawtray=other&button=reply', userInputs: { reply: 'yes' } });
    activated!({ arguments: '-Embedding' });
    const late: LateActivation[] = [];
    notifier.onLateActivation((activation) => late.push(activation));
    expect(late).toEqual([
      { id: 'from-before', button: 'snooze' },
      { id: 'other', reply: 'yes' },
    ]);
    activated!({ arguments: 'clawtray=later' });
    expect(late.at(-1)).toEqual({ id: 'later' });
  });

  test('what other gateways had to say is told to whoever looks after them', () => {
    const notifier = create();
    activated!({ arguments: 'clawtray=gateway%3Ag1%2Fapproval%3Aone' });
    activated!({ arguments: 'clawtray=ours' });
    const told: [string, LateActivation][] = [];
    notifier.onLateActivation((activation) => told.push(['own', activation]));
    notifier.onLateActivation((activation) => told.push(['others', activation]), 'others');
    activated!({ arguments: 'clawtray=gateway%3Ag2%2Ftwo' });
    expect(told).toEqual([
      ['own', { id: 'ours' }],
      ['others', { id: 'gateway:g1/approval:one' }],
      ['others', { id: 'gateway:g2/two' }],
    ]);
  });

  test('a tag stays one where an id is too long for it', async () => {
    const notifier = create();
    const long = `gateway:${'0'.repeat(36)}/${'a'.repeat(36)}`;
    await notifier.show(notice({ id: long }));
    await notifier.show(notice({ id: `${long}b` }));
    const [first, second] = made.map(({ options }) => options['id'] as string);
    expect(first).not.toBe(second);
    expect(first).toHaveLength(64);
  });

  test('leaves what can still be answered when the app ends', async () => {
    const notifier = create();
    await notifier.show(notice());
    notifier.stop();
    expect(made[0]!.closed).toBe(false);
  });

  test.each(['Notification error -2143420143', 'HRESULT 0x803E0111'])('%j is explained', async (error) => {
    answersWith = error;
    await expect(create().show(notice())).resolves.toEqual({
      status: 'failed',
      reason:
        'Notifications are turned off for Clawtray. Turn them on in the system’s notification settings.',
    });
  });

  test('of an older Electron has no buttons that would do nothing', async () => {
    const old = createElectronNotifier({ Notification: fakeClass(), platform: 'win32', version: '41.0.0' });
    await expect(old.capabilities()).resolves.toEqual({ buttons: false, reply: false });
    const shown = notice();
    await old.show(shown);
    expect(made[0]!.options).toEqual({ title: 'Reminder', body: 'Stretch', timeoutType: 'never' });
    made[0]!.emit('click', {});
    expect(shown.did).toEqual(['click']);
  });
});

test('a system without notifications says so', async () => {
  supported = false;
  const notifier = createElectronNotifier({
    Notification: fakeClass(),
    platform: 'darwin',
    version: '45.4.1',
  });
  await expect(notifier.show(notice())).resolves.toEqual({
    status: 'failed',
    reason: 'This system has no notifications.',
  });
});

test('a system that says nothing has taken it', async () => {
  vi.useFakeTimers();
  try {
    answersWith = 'nothing';
    const notifier = createElectronNotifier({
      Notification: fakeClass(),
      platform: 'darwin',
      version: '45.4.1',
    });
    const outcome = notifier.show(notice());
    await vi.advanceTimersByTimeAsync(3_000);
    await expect(outcome).resolves.toEqual({ status: 'delivered' });
  } finally {
    vi.useRealTimers();
  }
});

test('one with the same id takes the place of the other, whose end is not told', async () => {
  const notifier = createElectronNotifier({
    Notification: fakeClass(),
    platform: 'darwin',
    version: '45.4.1',
  });
  const [first, second] = [notice(), notice()];
  await notifier.show(first);
  await notifier.show(second);
  expect(made[0]!.closed).toBe(true);
  expect(first.did).toEqual([]);
  made[1]!.emit('close', {});
  expect(second.did).toEqual(['closed']);
});
