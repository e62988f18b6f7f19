// What waits is read in several questions, and goes on changing meanwhile: nothing that was asked then may vanish, and
// nothing that was decided then may come back.

import { expect, test } from 'vitest';
import type { GatewayConnection } from '../../../src-main/client/connection.ts';
import { startApprovalCenter } from '../../../src-main/desktop/approvals/approval-center.ts';
import { silentLogger } from '../../../src-main/shared/logger.ts';
import { pendingApproval } from '../../fakes/approvals.ts';

const METHODS = ['exec.approval.list', 'plugin.approval.list', 'device.pair.list', 'node.pair.list'];

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

/** Its answers wait until they are let through. */
function create(waiting: readonly string[]) {
  const listeners = new Map<string, (payload: unknown) => void>();
  const held: (() => void)[] = [];
  const onScreen = new Set<string>();
  const counts: number[] = [];
  let onState: ((state: unknown) => void) | undefined;
  const state = { status: 'connected', hello: { features: { methods: METHODS } } };
  const answers: Record<string, unknown> = {
    'exec.approval.list': waiting.map((id) => pendingApproval(id)),
    'plugin.approval.list': [],
    'device.pair.list': { pending: [], paired: [] },
    'node.pair.list': { pending: [], paired: [] },
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
    request: (method: string) =>
      new Promise((resolve) => {
        held.push(() => {
          resolve(answers[method]);
        });
      }),
  };
  startApprovalCenter({
    connection: connection as unknown as GatewayConnection,
    notifier: {
      capabilities: () => Promise.resolve({ buttons: true, reply: false }),
      show: ({ id }) => {
        onScreen.add(id);
        return Promise.resolve({ status: 'delivered' });
      },
      close: (id) => void onScreen.delete(id),
      onLateActivation: () => undefined,
      stop: () => undefined,
    },
    open: () => undefined,
    onCount: (count) => counts.push(count),
    now: () => 0,
    log: silentLogger,
  });
  return {
    onScreen,
    count: () => counts.at(-1),
    emit: (event: string, payload: unknown) => listeners.get(event)?.(payload),
    connect: () => onState?.(state),
    answerAll: async () => {
      for (let answer = held.shift(); answer !== undefined; answer = held.shift()) {
        answer();
        await settle();
      }
    },
  };
}

test('what is asked while the list is read stays on the screen', async () => {
  const center = create(['old']);
  center.connect();
  center.emit('exec.approval.requested', pendingApproval('new'));
  await center.answerAll();
  expect(center.onScreen).toEqual(new Set(['approval:new', 'approval:old']));
  expect(center.count()).toBe(2);
});

test('what is decided while the list is read does not come back', async () => {
  const center = create(['old', 'decided']);
  center.connect();
  center.emit('exec.approval.requested', pendingApproval('decided'));
  center.emit('exec.approval.resolved', { id: 'decided' });
  await center.answerAll();
  expect(center.onScreen).toEqual(new Set(['approval:old']));
  expect(center.count()).toBe(1);
});

test('what was decided while there was no connection goes', async () => {
  const center = create([]);
  center.emit('exec.approval.requested', pendingApproval('gone'));
  center.connect();
  await center.answerAll();
  expect(center.onScreen.size).toBe(0);
  expect(center.count()).toBe(0);
});
