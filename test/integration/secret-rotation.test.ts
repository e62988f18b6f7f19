import { describe, expect, test } from 'vitest';
import { connectDevice, turnedAway } from '../fakes/device-client.ts';
import { connectDialect, DIALECTS, openDialect } from '../fakes/dialects.ts';
import { createDevice } from '../fakes/device.ts';
import { connectNative, openNative, type NativeClient } from '../fakes/native-client.ts';
import { startGateway, writeConfig, type TestGateway } from '../fakes/test-gateway.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { openWire, upgradeStatus } from '../fakes/wire-client.ts';

const OLD = 'the secret that was';
const NEW = 'the secret that is';

const withToken = (token: string): object => ({ gateway: { auth: { mode: 'token', token } } });

const changed = { code: 4001, reason: 'gateway auth changed' };

function start(config: object = withToken(OLD)): Promise<TestGateway> {
  return startGateway({ stateDir: temporaryFolder(), config });
}

/** Somebody whom a change of the secret does not concern, to see that it was noticed. */
async function connectWindow(gateway: TestGateway): Promise<NativeClient> {
  const window = await openNative(gateway.url);
  await window.connect({ auth: { bootstrapToken: gateway.gateway.issueTicket('test') } });
  return window;
}

describe('another token or password in the configuration', () => {
  test('CVE-2026-43585, GHSA-68x5-xx89-w9mm: ends everybody who came with the old one, which is worth nothing then', async () => {
    const gateway = await start();
    const [, hybrid, jsonRpc] = DIALECTS;
    const backend = await connectNative(gateway);
    const device = createDevice();
    const paired = await connectDevice(gateway, device);
    const others = [await connectDialect(hybrid!, gateway), await connectDialect(jsonRpc!, gateway)];
    const silent = await openWire(`${gateway.url}/?token=${OLD}`);
    writeConfig(gateway.stateDir, withToken(NEW));
    for (const ended of [
      backend.ended,
      paired.ended,
      silent.ended,
      ...others.map(({ wire }) => wire.ended),
    ]) {
      await expect(ended).resolves.toEqual(changed);
    }
    const late = await openNative(gateway.url);
    await expect(late.connect({ token: OLD })).rejects.toMatchObject({ detailCode: 'AUTH_TOKEN_MISMATCH' });
    await expect(connectNative({ url: gateway.url, token: NEW })).resolves.toBeDefined();
    const probe = await fetch(`${gateway.url.replace('ws', 'http')}/v1/models`, {
      headers: { authorization: `Bearer ${OLD}` },
    });
    expect(probe.status).toBe(401);
    // The device keeps its own token.
    const auth = { deviceToken: paired.hello.auth.deviceToken ?? '' };
    await connectDevice(gateway, device, { auth });
  });

  test('leaves devices and windows that came with something else', async () => {
    const gateway = await start();
    const device = createDevice();
    const first = await connectDevice(gateway, device);
    const own = await connectDevice(gateway, device, {
      auth: { deviceToken: first.hello.auth.deviceToken ?? '' },
    });
    const window = await connectWindow(gateway);
    writeConfig(gateway.stateDir, withToken(NEW));
    await expect(first.ended).resolves.toEqual(changed);
    await own.request('health', {});
    await window.request('health', {});
  });

  test('signs a browser out', async () => {
    const gateway = await start();
    const origin = `http://127.0.0.1:${gateway.port}`;
    const signIn = await fetch(`${origin}/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ token: OLD }),
    });
    const cookie = signIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const signedIn = async (): Promise<unknown> => {
      const answer = await fetch(`${origin}/api/session`, { headers: { cookie, origin } });
      return ((await answer.json()) as { signedIn: unknown }).signedIn;
    };
    expect(await signedIn()).toBe(true);
    writeConfig(gateway.stateDir, withToken(NEW));
    await waitUntil(async () => ((await signedIn()) === false ? true : undefined), 'the end', 8_000);
  });

  test('that is none is reported, and the old one stays', async () => {
    const gateway = await start();
    const window = await connectWindow(gateway);
    const client = await connectNative(gateway);
    writeConfig(gateway.stateDir, withToken('changeme'));
    await waitUntil(
      async () => {
        const { problems } = await window.request('status', {});
        return problems.find(({ code }) => code === 'auth-secret');
      },
      'the problem',
      8_000,
    );
    await client.request('health', {});
    await connectNative(gateway);
    writeConfig(gateway.stateDir, withToken(OLD));
    await waitUntil(
      async () => {
        const { problems } = await window.request('status', {});
        return problems.some(({ code }) => code === 'auth-secret') ? undefined : true;
      },
      'the problem to be gone',
      8_000,
    );
    await client.request('health', {});
  });

  test('from no sign-in to a token closes the door at once, and back opens it', async () => {
    const gateway = await start({ gateway: { auth: { mode: 'none' } } });
    const open = await connectNative({ url: gateway.url, token: '' });
    const window = await connectWindow(gateway);
    expect((await window.request('status', {})).problems).toMatchObject([{ code: 'auth-none' }]);
    writeConfig(gateway.stateDir, withToken(NEW));
    await expect(open.ended).resolves.toEqual(changed);
    const stranger = await openNative(gateway.url);
    await expect(stranger.connect()).rejects.toMatchObject({ error: { code: 'NOT_PAIRED' } });
    expect((await window.request('status', {})).problems).toEqual([]);
    const { details } = await turnedAway(gateway, createDevice(), { auth: undefined });
    expect(details['code']).toBe('AUTH_TOKEN_MISSING');
  });

  test('does not matter while the environment sets the token', async () => {
    const stateDir = temporaryFolder();
    const gateway = await startGateway({
      stateDir,
      config: withToken(OLD),
      env: { OPENCLAW_GATEWAY_TOKEN: 'from outside' },
    });
    const client = await connectNative(gateway);
    const window = await connectWindow(gateway);
    writeConfig(stateDir, { ...withToken(NEW), gateway: { ...{ port: 4 }, auth: { token: NEW } } });
    await waitUntil(
      async () => ((await window.request('status', {})).problems.length > 0 ? true : undefined),
      'the change to be noticed',
      8_000,
    );
    await client.request('health', {});
  });

  test('reaches an upgrade and a handshake that began before', async () => {
    const gateway = await start();
    const [, , jsonRpc] = DIALECTS;
    const early = await openDialect(jsonRpc!, gateway);
    const waiting = await openNative(gateway.url);
    const watch = await connectNative(gateway);
    writeConfig(gateway.stateDir, withToken(NEW));
    await watch.ended;
    await expect(waiting.connect({ token: OLD })).rejects.toMatchObject({
      detailCode: 'AUTH_TOKEN_MISMATCH',
    });
    early.wire.send({ ...jsonRpc!.signIn(OLD) });
    await expect(early.wire.ended).resolves.toMatchObject({ code: 1008 });
    expect(await upgradeStatus(`${gateway.url}/?token=${NEW}`)).toBe(101);
  });
});
