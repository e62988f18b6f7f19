// Connects with devices, and the methods for devices and nodes, damaged in every way: the gateway answers or closes, and
// goes on for everybody else.

import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { systemClock } from '../../src-main/gateway/system-clock.ts';
import { isJsonObject, parseJson } from '../../src-main/shared/json.ts';
import type { ConnectParams } from '../../src-main/shared/protocol/connect.ts';
import type { Clock } from '../../src-main/shared/time.ts';
import { APP, connectOwner, joinApprovedNode, nodeOptions } from '../fakes/device-client.ts';
import { createDevice, proofOf, type TestDevice } from '../fakes/device.ts';
import { createMutator, createRandom } from '../fakes/mutations.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';

const SEED = 20_261_121;
const CONNECTS = 600;
const REQUESTS = 6_000;
const TOGETHER = 20;

/** Wrong guesses are answered at once: how they are held back is another test. */
const hasty: Clock = {
  ...systemClock,
  schedule: (ms, task) => systemClock.schedule(ms <= 5_000 ? 0 : ms, task),
};

interface Connect {
  readonly device: TestDevice;
  readonly params: ConnectParams;
}

/** Sends one connect and waits until the gateway answered it or closed. */
function attempt(url: string, frameFor: (nonce: string) => string): Promise<'answered' | 'closed'> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.on('error', reject);
    socket.on('close', () => {
      resolve('closed');
    });
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString('utf8')) as { event?: string; payload?: { nonce?: string } };
      if (frame.event === 'connect.challenge') socket.send(frameFor(frame.payload?.nonce ?? ''));
      else {
        socket.terminate();
        resolve('answered');
      }
    });
  });
}

/** Some of it is too strange to be signed. */
function signed(device: TestDevice, params: ConnectParams, nonce: string): unknown {
  try {
    return proofOf(device, params, nonce);
  } catch {
    return {};
  }
}

describe('connect with a device', () => {
  test.each([
    ['silent pairing', {}],
    ['approvals', { gateway: { nodes: { pairing: { autoApproveLocal: false } } } }],
  ])('damaged in every way (%s)', { timeout: 60_000 }, async (_name, config) => {
    const gateway = await startGateway({ clock: hasty, config, limits: { maxPendingPerAddress: 1_000 } });
    const owner = await connectOwner(gateway);
    const random = createRandom(SEED);
    const mutator = createMutator(random);
    const devices = Array.from({ length: 8 }, createDevice);

    function make(): Connect {
      const device = devices[Math.floor(random() * devices.length)]!;
      const { role, client } = random() < 0.5 ? nodeOptions({}) : { role: 'operator', client: APP };
      const auths = [{ token: gateway.token }, { token: 'x' }, { deviceToken: 'x' }, { password: 'x' }, {}];
      return {
        device,
        params: {
          minProtocol: 3,
          maxProtocol: 4,
          client: { ...client, displayName: 'name' },
          ...(role === undefined ? {} : { role }),
          scopes: ['operator.read', 'operator.pairing'],
          caps: ['a'],
          commands: ['a.b'],
          permissions: { camera: true },
          auth: auths[Math.floor(random() * auths.length)]!,
        },
      };
    }

    /** A right signature under wrong params, or wrong everything. */
    function frameFor({ device, params }: Connect, nonce: string): string {
      const request = (of: object): object => ({ type: 'req', id: '1', method: 'connect', params: of });
      if (random() < 0.5)
        return mutator.mutate(request({ ...params, device: proofOf(device, params, nonce) }));
      const damaged = parseJson(mutator.mutate(params));
      if (!isJsonObject(damaged)) return JSON.stringify(request({ damaged }));
      const proof = signed(device, { ...params, ...damaged }, nonce);
      return JSON.stringify(request({ ...params, ...damaged, device: proof }));
    }

    const outcomes = new Map<string, number>();
    for (let sent = 0; sent < CONNECTS; sent += TOGETHER) {
      const batch = Array.from({ length: TOGETHER }, () => {
        const connect = make();
        return attempt(gateway.url, (nonce) => frameFor(connect, nonce));
      });
      for (const outcome of await Promise.all(batch)) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    // Both deep and shallow places were reached.
    expect(outcomes.get('answered')).toBeGreaterThan(CONNECTS / 4);
    expect(outcomes.get('closed')).toBeGreaterThan(0);
    const { pending, paired } = await owner.request('device.pair.list', {});
    expect(pending.length + paired.length).toBeGreaterThan(0);
    await connectNative(gateway);
  });
});

describe('the methods for devices and nodes', () => {
  test('damaged in every way', { timeout: 60_000 }, async () => {
    const gateway = await startGateway({ clock: hasty });
    const owner = await connectOwner(gateway);
    const { node, device } = await joinApprovedNode(gateway, owner, { commands: ['a.b'] });
    const random = createRandom(SEED);
    const mutator = createMutator(random);
    const id = device.id;
    const known = { requestId: 'x', deviceId: id, nodeId: id };
    const ofOwner: readonly (readonly [string, object])[] = [
      ['device.pair.list', {}],
      ['device.pair.approve', known],
      ['device.pair.rename', { deviceId: id, label: 'x' }],
      ['device.token.rotate', { deviceId: id, role: 'operator', scopes: ['operator.read'] }],
      ['device.token.revoke', { deviceId: id, role: 'operator' }],
      ['device.scopes.requestUpgrade', { scopes: ['operator.admin'] }],
      ['node.pair.list', {}],
      ['node.pair.request', { nodeId: id }],
      ['node.pair.verify', { nodeId: id, token: 'x' }],
      ['node.rename', { nodeId: id, displayName: 'x' }],
      ['node.describe', { nodeId: id }],
      ['node.invoke', { nodeId: id, command: 'a.b', params: { a: [1] }, timeoutMs: 10, idempotencyKey: 'k' }],
    ];
    const ofNode: readonly (readonly [string, object])[] = [
      ['node.invoke.result', { id: 'x', nodeId: id, ok: true, payloadJSON: '{}', error: { code: 'x' } }],
      ['node.event', { event: 'node.presence.alive', payload: { trigger: 'manual' } }],
      ['node.event', { event: 'node.host.stats', payload: { cpuCount: 1, memoryTotalBytes: 1 } }],
      ['node.event', { event: 'node.presence.activity', payloadJSON: '{"idleSeconds":1}' }],
    ];

    async function volley(client: NativeClient, calls: typeof ofOwner): Promise<void> {
      for (let sent = 0; sent < REQUESTS / 2; sent += 1) {
        const [method, params] = calls[Math.floor(random() * calls.length)]!;
        const damaged = parseJson(mutator.mutate(params));
        client.wire.send({ type: 'req', id: `f${sent}`, method, params: damaged });
        if (sent % 100 === 0) await client.request('health', {});
      }
      await client.request('health', {});
    }

    await volley(owner, ofOwner);
    await volley(node, ofNode);
    await expect(owner.request('node.list', {})).resolves.toMatchObject({ nodes: [{ nodeId: id }] });
  });
});
