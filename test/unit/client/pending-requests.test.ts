import { describe, expect, test } from 'vitest';
import { NoAnswerError } from '../../../src-main/client/client-error.ts';
import { PendingRequests } from '../../../src-main/client/pending-requests.ts';
import { FakeClock } from '../../fakes/fake-clock.ts';

describe('PendingRequests', () => {
  test('gives every answer to its own request, in whatever order they come', async () => {
    const pending = new PendingRequests(new FakeClock());
    const first = pending.add('1', 'health', 1_000);
    const second = pending.add('2', 'status', 1_000);
    pending.resolve('2', 'two');
    pending.resolve('1', 'one');
    await expect(Promise.all([first, second])).resolves.toEqual(['one', 'two']);
  });

  test('gives up after the time of the request, and says which one it was', async () => {
    const clock = new FakeClock();
    const pending = new PendingRequests(clock);
    const answer = pending.add('1', 'chat.send', 30_000);
    const outcome = expect(answer).rejects.toThrow('chat.send was not answered within 30 s.');
    await clock.advance(30_000);
    await outcome;
  });

  test('leaves no timer behind once a request is answered', async () => {
    const clock = new FakeClock();
    const pending = new PendingRequests(clock);
    const answer = pending.add('1', 'health', 1_000);
    pending.resolve('1', {});
    await answer;
    expect(clock.pending).toBe(0);
  });

  test('passes over answers that nobody waits for', async () => {
    const clock = new FakeClock();
    const pending = new PendingRequests(clock);
    const answer = pending.add('1', 'health', 1_000);
    pending.resolve('2', {});
    pending.resolve('1', 'first');
    pending.resolve('1', 'second');
    pending.reject('1', new Error('late'));
    await expect(answer).resolves.toBe('first');
  });

  test('ends all of them when the connection is lost', async () => {
    const clock = new FakeClock();
    const pending = new PendingRequests(clock);
    const answers = ['1', '2'].map((id) => pending.add(id, 'health', 1_000));
    pending.rejectAll(new NoAnswerError('lost'));
    for (const answer of answers) await expect(answer).rejects.toThrow('lost');
    expect(clock.pending).toBe(0);
  });
});
