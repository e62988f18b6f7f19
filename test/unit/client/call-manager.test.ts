import { describe, expect, test } from 'vitest';
import { CallManager } from '../../../src-main/client/call-manager.ts';
import { LoopbackTelephony } from '../../../src-main/client/loopback-telephony.ts';
import type { CallRequest, PlacedCall, Telephony } from '../../../src-main/client/telephony.ts';
import { settle } from '../../fakes/fake-clock.ts';
import { createBench, type ClientBench, type GatewayEnd } from '../../fakes/test-gateway-client.ts';

const CONFIG = {
  gateway: {
    url: 'ws://gateway',
    token: 't',
    reconnectMaxAttempts: 10,
    reconnectBaseDelay: 1,
    reconnectMaxDelay: 60,
  },
};
const CALL = { toNumber: '+1234567890', prompt: 'You are helpful.', webhookBaseUrl: 'https://example.com' };

interface Bench extends ClientBench {
  readonly manager: CallManager;
  readonly gateway: GatewayEnd;
}

async function startManager(telephony: Telephony): Promise<Bench> {
  const bench = createBench();
  const manager = new CallManager(CONFIG, telephony, bench.host);
  await manager.start();
  return { ...bench, manager, gateway: await bench.accept() };
}

describe('a call', () => {
  test('is reported when it starts and when it ends, with duration, outcome and transcript', async () => {
    const telephony = new LoopbackTelephony();
    const { manager, gateway, clock } = await startManager(telephony);
    expect(gateway.url).toBe('ws://gateway?token=t');
    const callId = await manager.initiateCall({ ...CALL, metadata: { campaign: 'q1' } });
    expect(manager.openCalls).toEqual([callId]);
    expect(gateway.messages).toEqual([
      {
        type: 'call_started',
        call_id: callId,
        to_number: CALL.toNumber,
        prompt: CALL.prompt,
        metadata: { campaign: 'q1' },
      },
    ]);
    telephony.say(callId, 'user', 'Hello');
    telephony.say(callId, 'assistant', 'Hi! How can I help you?');
    await clock.advance(5_200);
    await expect(manager.endCall(callId)).resolves.toBe(true);
    expect(gateway.messages.at(-1)).toEqual({
      type: 'call_ended',
      call_id: callId,
      duration: 5.2,
      outcome: 'completed',
      full_transcript: 'User: Hello\nAssistant: Hi! How can I help you?',
    });
    expect(telephony.openCalls).toEqual([]);
    expect(manager.openCalls).toEqual([]);
    await manager.stop();
    expect(clock.pending).toBe(0);
  });

  test('that the other side ends is reported, and ending it again does nothing', async () => {
    const telephony = new LoopbackTelephony();
    const { manager, gateway } = await startManager(telephony);
    const callId = await manager.initiateCall(CALL);
    telephony.hangUp(callId);
    await settle();
    expect(gateway.messages.map(({ type }) => type)).toEqual(['call_started', 'call_ended']);
    await expect(manager.endCall(callId)).resolves.toBe(false);
    expect(gateway.messages).toHaveLength(2);
  });

  test.each(['busy', 'no-answer'] as const)('that finds nobody (%s) has no duration', async (reaction) => {
    const { manager, gateway } = await startManager(new LoopbackTelephony({ reaction }));
    const callId = await manager.initiateCall(CALL);
    await settle();
    expect(gateway.messages.at(-1)).toMatchObject({ call_id: callId, duration: 0, outcome: reaction });
    expect(manager.openCalls).toEqual([]);
  });

  test('that was not answered yet is canceled', async () => {
    const placed: PlacedCall = { hangUp: () => Promise.resolve() };
    const { manager, gateway } = await startManager({ placeCall: () => Promise.resolve(placed) });
    await manager.endCall(await manager.initiateCall(CALL));
    expect(gateway.messages.at(-1)).toMatchObject({ duration: 0, outcome: 'canceled' });
  });

  test('that cannot be placed is an error for the caller, and reported as failed', async () => {
    const { manager, gateway, log } = await startManager({
      placeCall: () => Promise.reject(new Error('the account has no credit')),
    });
    await expect(manager.initiateCall(CALL)).rejects.toThrow('the account has no credit');
    expect(gateway.messages.map(({ type, outcome }) => [type, outcome])).toEqual([
      ['call_started', undefined],
      ['call_ended', 'failed'],
    ]);
    expect(manager.openCalls).toEqual([]);
    expect(log.text).toContain('the account has no credit');
  });

  test('that cannot be ended is over all the same, after ten seconds', async () => {
    const { manager, gateway, clock } = await startManager({
      placeCall: () => Promise.resolve({ hangUp: () => new Promise(() => undefined) }),
    });
    const ended = manager.endCall(await manager.initiateCall(CALL));
    await clock.advance(10_000);
    await expect(ended).resolves.toBe(true);
    expect(gateway.messages.at(-1)).toMatchObject({ outcome: 'failed' });
  });

  test('tells the telephony what it needs, after the gateway knows of it', async () => {
    const requests: CallRequest[] = [];
    const { manager, gateway } = await startManager({
      placeCall: (request, listener) => {
        requests.push(request);
        expect(gateway.messages.map(({ type }) => type)).toEqual(['call_started']);
        listener.ended('completed');
        listener.ended('failed');
        return Promise.resolve({ hangUp: () => Promise.resolve() });
      },
    });
    const callId = await manager.initiateCall(CALL);
    await settle();
    expect(requests).toEqual([{ callId, ...CALL, metadata: {} }]);
    expect(gateway.messages.map(({ outcome }) => outcome)).toEqual([undefined, 'completed']);
  });

  test('without a connection is made, and reported later', async () => {
    const bench = createBench();
    const telephony = new LoopbackTelephony();
    const manager = new CallManager(CONFIG, telephony, bench.host);
    await manager.start();
    await manager.endCall(await manager.initiateCall(CALL));
    expect(manager.gateway.queuedMessages).toBe(2);
    const gateway = await bench.accept();
    expect(gateway.messages.map(({ type }) => type)).toEqual(['call_started', 'call_ended']);
  });

  test('that talks without end keeps a transcript that the gateway can take', async () => {
    const telephony = new LoopbackTelephony();
    const { manager, gateway } = await startManager(telephony);
    const callId = await manager.initiateCall(CALL);
    for (let n = 0; n < 50; n += 1) telephony.say(callId, 'user', 'x'.repeat(10_000));
    await manager.endCall(callId);
    const transcript = gateway.messages.at(-1)?.['full_transcript'] as string;
    expect(transcript.length).toBeLessThanOrEqual(400_000);
    expect(transcript).toMatch(/^User: x+\n[^]*\n\[…\]$/);
    expect(transcript.match(/…/g)).toHaveLength(1);
  });
});

describe('the manager', () => {
  test('ends and reports all calls when it stops', async () => {
    const telephony = new LoopbackTelephony();
    const { manager, gateway } = await startManager(telephony);
    const calls = [await manager.initiateCall(CALL), await manager.initiateCall(CALL)];
    await manager.stop();
    const ended = gateway.messages.filter(({ type }) => type === 'call_ended');
    expect(ended.map((message) => message['call_id']).sort()).toEqual(calls.sort());
    expect(telephony.openCalls).toEqual([]);
    expect(gateway.closedWith).toBe(1000);
    await expect(manager.initiateCall(CALL)).rejects.toThrow('call start() first');
  });

  test('makes no calls before it is started', async () => {
    const manager = new CallManager(CONFIG, new LoopbackTelephony(), createBench().host);
    await expect(manager.initiateCall(CALL)).rejects.toThrow('call start() first');
  });

  test('makes a hundred calls at once, not more', async () => {
    const { manager } = await startManager(new LoopbackTelephony());
    for (let n = 0; n < 100; n += 1) await manager.initiateCall(CALL);
    await expect(manager.initiateCall(CALL)).rejects.toThrow('100 calls are open');
  });

  test.each([
    [{ toNumber: ' ' }, 'toNumber'],
    [{ toNumber: '1'.repeat(101) }, 'toNumber'],
    [{ prompt: 'x'.repeat(400_001) }, 'prompt'],
    [{ webhookBaseUrl: 'ftp://example.com' }, 'webhookBaseUrl'],
  ])('refuses what cannot be a call, and reports nothing', async (wrong, name) => {
    const { manager, gateway } = await startManager(new LoopbackTelephony());
    await expect(manager.initiateCall({ ...CALL, ...wrong })).rejects.toThrow(name);
    expect(gateway.messages).toEqual([]);
  });

  test('knows no other calls', async () => {
    const telephony = new LoopbackTelephony();
    const { manager } = await startManager(telephony);
    await expect(manager.endCall('nobody')).resolves.toBe(false);
    expect(() => {
      telephony.say('nobody', 'user', 'hi');
    }).toThrow('There is no call nobody.');
  });
});
