import { describe, expect, test } from 'vitest';
import { modelConfig, startModelServer } from '../fakes/model-server.ts';
import { connectNative } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import { waitUntil } from '../fakes/temporary.ts';

const big = 'x'.repeat(300_000);

describe('a peer that does not read', () => {
  test('is closed with 1008 when too much piles up, and the others do not notice', async () => {
    const gateway = await startGateway({ limits: { maxBufferedBytes: 2_000_000 } });
    const client = await connectNative(gateway);
    const slow = await connectNative(gateway);
    for (let n = 0; n < 4; n += 1) {
      await client.call('sessions_send', { message: { type: 'transcript', call_id: 'c', text: big } });
    }
    slow.wire.socket.pause();
    for (let n = 0; n < 40; n += 1) slow.post('chat.history', { sessionKey: 'call:c' });
    await waitUntil(
      async () => ((await client.request('status', {})).connections === 1 ? true : undefined),
      'the slow one to be gone',
      1_000,
    ).catch(() => undefined);
    await expect(client.request('health', {})).resolves.toMatchObject({ ok: true });
    slow.wire.socket.resume();
    await expect(slow.ended).resolves.toEqual({ code: 1008, reason: 'slow consumer' });
  });

  test('misses deltas, sees the gap in the numbers, and still gets the end of the run', async () => {
    const words = Array.from({ length: 400 }, () => ({ text: big.slice(0, 2_000) }));
    const model = await startModelServer({ steps: [...words, { finish: 'stop' }] });
    const gateway = await startGateway({
      config: modelConfig(model),
      limits: { maxBufferedBytes: 30_000_000 },
    });
    const client = await connectNative(gateway);
    const slow = await connectNative(gateway);
    slow.wire.socket.pause();
    await client.request('chat.send', { sessionKey: 'main', message: 'a lot', idempotencyKey: 'k' });
    await client.runEnd('k', 15_000);
    slow.wire.socket.resume();
    await expect(slow.runEnd('k', 15_000)).resolves.toMatchObject({ state: 'final' });
    const numbers = slow.eventFrames().flatMap(({ seq }) => (typeof seq === 'number' ? [seq] : []));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });
});
