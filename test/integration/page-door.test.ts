// `/api/login`, `/api/logout` and the door for pages, `/api/gateway/ws`, onto this gateway.

import { describe, expect, test } from 'vitest';
import type { ConnectParams } from '../../src-main/shared/protocol/connect.ts';
import { pinnedConnection } from '../../src-main/gateway/tls/pinned-connection.ts';
import { makeCertificate, tlsConfig } from '../fakes/certificates.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { ask, type HttpAnswer } from '../fakes/http-client.ts';
import { NativeClient, type NativeOptions } from '../fakes/native-client.ts';
import { waitUntil } from '../fakes/temporary.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';
import { openWire, upgradeStatus } from '../fakes/wire-client.ts';

const originOf = ({ port }: TestGateway): string => `http://127.0.0.1:${port}`;

function login(gateway: TestGateway, body: object | string = { token: gateway.token }): Promise<HttpAnswer> {
  return ask(gateway, '/api/login', { headers: { Origin: originOf(gateway) }, body });
}

const cookieOf = ({ headers }: HttpAnswer): string => headers['set-cookie']?.[0]?.split(';')[0] ?? '';

async function signIn(gateway: TestGateway): Promise<string> {
  const answer = await login(gateway);
  expect(answer.status).toBe(200);
  return cookieOf(answer);
}

const door = (gateway: TestGateway): string => `${gateway.url}/api/gateway/ws`;

const pageOptions = (gateway: TestGateway, cookie: string) => ({
  headers: { Origin: originOf(gateway), Cookie: cookie },
});

const CONTROL_UI: ConnectParams['client'] = {
  id: 'openclaw-control-ui',
  mode: 'ui',
  version: '1.0.0',
  platform: 'linux',
};

async function openPage(gateway: TestGateway, cookie: string, options: NativeOptions = {}) {
  const page = new NativeClient(door(gateway), pageOptions(gateway, cookie));
  await page.wire.opened();
  const hello = await page.connect({ client: CONTROL_UI, ...options });
  return { page, hello };
}

describe('signing in', () => {
  test('sets a cookie that scripts and other sites do not get', async () => {
    const gateway = await startGateway();
    const answer = await login(gateway);
    expect([answer.status, answer.json]).toEqual([200, { ok: true }]);
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(
      new RegExp(
        `^clawtray_session_${gateway.port}=[\\w-]{43}; Path=/api; HttpOnly; SameSite=Strict; Max-Age=604800$`,
      ),
    );
    expect(cookie).not.toContain(gateway.token);
  });

  test('sets a secure cookie under TLS', async () => {
    const certificate = await makeCertificate();
    const gateway = await startGateway({ config: tlsConfig(certificate) });
    const { headers } = await ask(gateway, '/api/login', {
      headers: { Origin: `https://127.0.0.1:${gateway.port}` },
      body: { token: gateway.token },
      createConnection: pinnedConnection((shown) => shown === certificate.fingerprint),
    });
    expect(headers['set-cookie']?.[0]).toMatch(/; Secure$/);
  });

  test('works with a password where that is the secret, in either field', async () => {
    const password = 'a password of a person';
    const gateway = await startGateway({ config: { gateway: { auth: { mode: 'password', password } } } });
    for (const body of [{ password }, { token: password }])
      expect((await login(gateway, body)).status).toBe(200);
    expect((await login(gateway, { password: 'another' })).status).toBe(401);
  });

  test('asks for nothing where nothing is asked for', async () => {
    const gateway = await startGateway({ config: { gateway: { auth: { mode: 'none' } } } });
    const answer = await login(gateway, {});
    expect(answer.status).toBe(200);
    const { hello } = await openPage(gateway, cookieOf(answer));
    expect(hello.auth.scopes).toContain('operator.admin');
  });

  test.each<[string, object | string, number]>([
    ['a wrong token', { token: 'wrong' }, 401],
    ['no token', {}, 401],
    ['another field', { token: 'x', admin: true }, 400],
    ['a token that is no text', { token: 1 }, 400],
    ['a form', 'token=x', 415],
  ])('with %s is refused, without a cookie', async (_what, body, status) => {
    const gateway = await startGateway();
    const answer = await login(gateway, body);
    expect(answer.status).toBe(status);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.text).not.toContain(gateway.token);
  });

  test('is refused to a page of another origin that knows the token', async () => {
    const gateway = await startGateway();
    const { status } = await ask(gateway, '/api/login', {
      headers: { Origin: 'https://evil.example' },
      body: { token: gateway.token },
    });
    expect(status).toBe(403);
  });

  test('is locked after ten wrong tokens of one origin', async () => {
    const clock = new FakeClock();
    const gateway = await startGateway({ clock });
    const guesses = Promise.all(
      Array.from({ length: 10 }, (_, index) => login(gateway, { token: `guess ${index}` })),
    );
    let over = false;
    void guesses.then(() => (over = true));
    // Each is answered a little later than the one before.
    await waitUntil(async () => {
      await clock.advance(100);
      return over ? true : undefined;
    }, 'ten refusals');
    expect((await guesses).map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 401));
    const { status, headers } = await login(gateway);
    expect(status).toBe(429);
    expect(Number(headers['retry-after'])).toBeGreaterThan(200);
  });

  test('can be asked about', async () => {
    const gateway = await startGateway();
    const cookie = await signIn(gateway);
    const session = async (headers: Record<string, string>) =>
      (await ask(gateway, '/api/session', { headers })).json;
    expect(await session({})).toEqual({ signedIn: false, mode: 'token' });
    expect(await session({ Cookie: `other=1; ${cookie}; more=2` })).toEqual({
      signedIn: true,
      mode: 'token',
    });
    expect(await session({ Cookie: `${cookie}x` })).toEqual({ signedIn: false, mode: 'token' });
  });
});

describe('the door for pages', () => {
  test('lets a page in that shows no secret at all', async () => {
    const gateway = await startGateway();
    const { page, hello } = await openPage(gateway, await signIn(gateway), {
      scopes: ['operator.read', 'operator.write', 'operator.admin'],
    });
    expect(hello.auth).toMatchObject({
      role: 'operator',
      scopes: ['operator.read', 'operator.write', 'operator.admin'],
    });
    expect(hello.auth.deviceToken).toBeUndefined();
    await page.request('chat.send', { sessionKey: 'main', message: 'status', idempotencyKey: 'k' });
    await expect(page.runEnd('k')).resolves.toMatchObject({ state: 'final' });
    expect(JSON.stringify(page.wire.frames)).not.toContain(gateway.token);
  });

  test('gives the page no more than it asks for', async () => {
    const gateway = await startGateway();
    const { page, hello } = await openPage(gateway, await signIn(gateway), { scopes: ['operator.read'] });
    expect(hello.auth.scopes).toEqual(['operator.read']);
    expect((await page.refusal('cron.add', {})).error.code).toBe('FORBIDDEN');
  });

  test('lets in a page that does not wait for the challenge, in the protocol page’s form too', async () => {
    const gateway = await startGateway();
    const wire = await openWire(door(gateway), pageOptions(gateway, await signIn(gateway)));
    wire.send({ jsonrpc: '2.0', id: 1, method: 'connect', params: { role: 'control' } });
    const answer = await wire.waitFor((frame) => frame['id'] === 1, 'answer');
    expect(answer).toMatchObject({ ok: true, payload: { type: 'hello-ok' } });
  });

  test('does not take what a page says about itself for credentials', async () => {
    const gateway = await startGateway();
    const { hello } = await openPage(gateway, await signIn(gateway), { auth: { token: 'nonsense' } });
    expect(hello.type).toBe('hello-ok');
  });

  test('does not open other dialects: they carry no connect', async () => {
    const gateway = await startGateway();
    const wire = await openWire(door(gateway), pageOptions(gateway, await signIn(gateway)));
    wire.send({ type: 'status', payload: {} });
    await expect(wire.ended).resolves.toMatchObject({ code: 1008 });
  });

  test.each<[string, (gateway: TestGateway, cookie: string) => Record<string, string>, number]>([
    ['without a session', (gateway) => ({ Origin: originOf(gateway) }), 401],
    [
      'with the secret instead of a session',
      (gateway) => ({ Origin: originOf(gateway), Authorization: `Bearer ${gateway.token}` }),
      401,
    ],
    ['without an origin', (_gateway, cookie) => ({ Cookie: cookie }), 403],
    ['from another origin', (_gateway, cookie) => ({ Cookie: cookie, Origin: 'https://evil.example' }), 403],
    [
      'with the cookie of another gateway',
      (gateway, cookie) => ({ Origin: originOf(gateway), Cookie: cookie.replace(/\d+=/, '1=') }),
      401,
    ],
  ])('stays closed %s', async (_what, headers, status) => {
    const gateway = await startGateway();
    const cookie = await signIn(gateway);
    await expect(upgradeStatus(door(gateway), { headers: headers(gateway, cookie) })).resolves.toBe(status);
  });
});

describe('the end of a session', () => {
  test('by signing out ends its connections and its cookie', async () => {
    const gateway = await startGateway();
    const cookie = await signIn(gateway);
    const { page } = await openPage(gateway, cookie);
    const other = await openPage(gateway, await signIn(gateway));
    const { status, headers } = await ask(gateway, '/api/logout', {
      method: 'POST',
      headers: { Cookie: cookie, Origin: originOf(gateway) },
    });
    expect(status).toBe(200);
    expect(headers['set-cookie']?.[0]).toContain('Max-Age=0');
    await expect(page.ended).resolves.toEqual({ code: 4001, reason: 'signed out' });
    await expect(upgradeStatus(door(gateway), pageOptions(gateway, cookie))).resolves.toBe(401);
    await expect(other.page.request('health', {})).resolves.toMatchObject({ ok: true });
  });

  test('comes for the oldest when there are too many', async () => {
    const gateway = await startGateway();
    const first = await signIn(gateway);
    let last = first;
    for (let count = 0; count < 64; count += 1) last = await signIn(gateway);
    await expect(upgradeStatus(door(gateway), pageOptions(gateway, first))).resolves.toBe(401);
    await expect(upgradeStatus(door(gateway), pageOptions(gateway, last))).resolves.toBe(101);
  });
});
