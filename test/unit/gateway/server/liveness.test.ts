import { describe, expect, test } from 'vitest';
import { Liveness } from '../../../../src-main/gateway/server/liveness.ts';
import type { PendingNotice } from '../../../../src-main/gateway/notifications/notice.ts';

const notice = (id: string): PendingNotice => ({ type: 'reminder', msg: id, id, created_at: '' });
const ids = (notices: readonly PendingNotice[]): string[] => notices.map(({ id }) => id);

describe('signs of life', () => {
  test('a ping counts as missed when the next one is due', () => {
    const liveness = new Liveness(0);
    expect([liveness.ping(), liveness.missed]).toEqual([1, 0]);
    expect([liveness.ping(), liveness.missed]).toEqual([2, 1]);
    expect([liveness.ping(), liveness.missed]).toEqual([3, 2]);
    liveness.answer(3, undefined, 90);
    expect(liveness).toMatchObject({ missed: 0, heardAt: 90 });
    liveness.ping();
    expect(liveness.missed).toBe(0);
  });

  test('the socket’s own pong counts, unless the client is to answer itself', () => {
    const liveness = new Liveness(0);
    liveness.ping();
    liveness.socketPong(10);
    expect(liveness.heardAt).toBe(10);
    liveness.byMessage = true;
    liveness.ping();
    liveness.socketPong(20);
    liveness.ping();
    expect(liveness).toMatchObject({ heardAt: 10, missed: 1 });
  });

  test.each([0, -1, 3, 1e9])('an answer to ping %d, which was never sent, is none', (seq) => {
    const liveness = new Liveness(0);
    liveness.ping();
    liveness.ping();
    expect(liveness.answer(seq, 1, 10)).toBe(false);
    expect(liveness).toMatchObject({ heardAt: 0, clientLoad: undefined });
  });

  test('a late answer is an answer', () => {
    const liveness = new Liveness(0);
    liveness.ping();
    liveness.ping();
    expect(liveness.answer(1, 0.5, 10)).toBe(true);
    expect(liveness).toMatchObject({ heardAt: 10, missed: 0, clientLoad: 0.5 });
  });
});

describe('notifications that wait', () => {
  test('go with the next ping, and are gone once it was answered', () => {
    const liveness = new Liveness(0);
    liveness.enqueue(notice('a'));
    expect(ids(liveness.take(liveness.ping()))).toEqual(['a']);
    liveness.answer(1, undefined, 1);
    expect(liveness.take(liveness.ping())).toEqual([]);
  });

  test('are gone after two deliveries, answered or not', () => {
    const liveness = new Liveness(0);
    liveness.enqueue(notice('a'));
    expect(ids(liveness.take(liveness.ping()))).toEqual(['a']);
    liveness.enqueue(notice('b'));
    expect(ids(liveness.take(liveness.ping()))).toEqual(['a', 'b']);
    expect(ids(liveness.take(liveness.ping()))).toEqual(['b']);
    expect(liveness.take(liveness.ping())).toEqual([]);
  });

  test('stay when the answer is to an earlier ping', () => {
    const liveness = new Liveness(0);
    liveness.ping();
    liveness.enqueue(notice('a'));
    liveness.take(liveness.ping());
    liveness.answer(1, undefined, 1);
    expect(ids(liveness.take(liveness.ping()))).toEqual(['a']);
  });

  test('are the newest fifty at most', () => {
    const liveness = new Liveness(0);
    for (let n = 0; n < 80; n += 1) liveness.enqueue(notice(`n${n}`));
    const taken = ids(liveness.take(liveness.ping()));
    expect(taken).toHaveLength(50);
    expect([taken[0], taken.at(-1)]).toEqual(['n30', 'n79']);
  });
});
