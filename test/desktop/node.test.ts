import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectNative } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import { createProfile, startApp, type Profile, type RunningApp } from './support/app.ts';
import { connectToGateway, type GatewayClient } from './support/gateway-client.ts';
import { waitUntil } from './support/wait.ts';

let profile: Profile;
let running: RunningApp | undefined;
let gateway: GatewayClient | undefined;

beforeEach(async () => {
  profile = await createProfile();
});

afterEach(async () => {
  gateway?.close();
  await running?.quit();
  running = undefined;
  await profile.remove();
});

/** What the person answers to the questions, in this order; the questions are kept. */
async function willAnswer({ app }: RunningApp, answers: readonly number[]): Promise<() => Promise<string[]>> {
  await app.evaluate(({ dialog }, given) => {
    const asked: string[] = [];
    Object.assign(globalThis, { asked });
    Object.assign(dialog, {
      showMessageBox: (options: Electron.MessageBoxOptions) => {
        asked.push(options.message);
        const response = given[asked.length - 1];
        if (response === undefined) throw new Error('one question too many');
        return Promise.resolve({ response, checkboxChecked: false });
      },
    });
  }, answers);
  return () => app.evaluate(() => (globalThis as unknown as { asked: string[] }).asked);
}

test('another gateway gets a picture of the screen after its person agreed, each time or until the app quits', async () => {
  const there = await startGateway({ config: { gateway: { bind: 'custom', customBindHost: '127.0.0.2' } } });
  const them = await connectNative(there, {
    scopes: ['operator.admin', 'operator.pairing', 'operator.write'],
  });
  running = await startApp(profile, { args: ['--hidden'] });
  gateway = await connectToGateway(profile);
  await expect(gateway.request('node.links.list', {})).resolves.toEqual({
    links: [],
    available: ['notify', 'run', 'manage', 'screen'],
  });
  const { setupCode } = await them.request('device.pair.setupCode', { bootstrapProfile: 'node' });
  await gateway.request('node.links.add', { code: setupCode, name: 'Büro', offers: ['screen'] });
  const { requestId, nodeId } = await them.event('node.pair.requested');
  await them.request('node.pair.approve', { requestId });
  const snapshot = (params: object) =>
    them.request('node.invoke', {
      nodeId,
      command: 'screen.snapshot',
      params,
      idempotencyKey: randomUUID(),
    });

  const asked = await willAnswer(running, [0, 1, 2]);
  await expect(snapshot({})).rejects.toThrow('said no');
  for (const params of [{ maxWidth: 320 }, { maxWidth: 320 }, { maxWidth: 320, format: 'png' }]) {
    const { payload } = await snapshot(params);
    const { base64, format, width } = payload as { base64: string; format: string; width: number };
    expect(width).toBe(320);
    const start = Buffer.from(base64, 'base64').subarray(0, 4).toString('hex');
    expect(start).toMatch(format === 'png' ? /^89504e47$/ : /^ffd8ff/);
  }
  expect(await asked()).toEqual(Array(3).fill('Show your screen to the gateway “Büro”?'));
  await expect(snapshot({ screenIndex: 9 })).rejects.toThrow('There is no screen 9');

  const { links } = await gateway.request('node.links.list', {});
  await gateway.request('node.links.remove', { id: links[0]?.id ?? '' });
  await waitUntil(
    async () => ((await them.request('node.describe', { nodeId })).connected ? undefined : true),
    5_000,
    'the node to be gone',
  );
});
