import { describe, expect, onTestFinished, test } from 'vitest';
import { WeakSecretError } from '../../src-main/gateway/auth/secret.ts';
import { connectDialect, DIALECTS, openDialect } from '../fakes/dialects.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { connectNative, openNative } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import { WireClient } from '../fakes/wire-client.ts';

const none = { gateway: { auth: { mode: 'none' } } };
const password = { gateway: { auth: { mode: 'password', password: 'open sesame' } } };

describe('mode none', () => {
  test.each(DIALECTS)('lets every program of this machine in, $name', async (dialect) => {
    const client = await connectDialect(dialect, await startGateway({ config: none }));
    expect(dialect.error(await client.ask(dialect.names.status))).toBeUndefined();
  });

  test('is also what the API page calls enabled: false', async () => {
    const gateway = await startGateway({ config: { gateway: { auth: { enabled: false } } } });
    expect(gateway.gateway.authMode()).toBe('none');
    await connectNative(gateway);
  });

  test('is shown as a problem', async () => {
    const client = await connectNative(await startGateway({ config: none }));
    const { problems } = await client.request('status', {});
    expect(problems).toMatchObject([
      { code: 'auth-none', message: expect.stringContaining('Sign-in is off') as string },
    ]);
  });

  test('still gives a json-rpc client no more than it asks for', async () => {
    const client = await connectDialect(DIALECTS[2]!, await startGateway({ config: none }));
    expect(await client.ask('cron.list')).toHaveProperty('result');
    expect(await client.ask('cron.run', { id: 'x' })).toMatchObject({ error: { code: -32003 } });
  });

  test('does not hold back a client that shows a token which nobody needs', async () => {
    // With this clock nothing that waits goes on by itself.
    const clock = new FakeClock();
    const gateway = await startGateway({ config: none, clock });
    onTestFinished(() => clock.advance(60_000));
    const client = new WireClient(`${gateway.url}/?token=left-over`);
    await client.waitFor((frame) => frame['event'] === 'connect.challenge', 'challenge', 2_000);
  });
});

describe('mode password', () => {
  test('takes the password in its own field', async () => {
    const gateway = await startGateway({ config: password });
    const client = await openNative(gateway.url);
    const hello = await client.connect({ auth: { password: 'open sesame' } });
    expect(hello.auth.method).toBe('password');
  });

  test('takes it in auth.handshake and in the address as the token', async () => {
    const gateway = await startGateway({ config: password });
    const [, , jsonRpc, typed] = DIALECTS;
    const course = await openDialect(jsonRpc!, gateway);
    expect(await course.signIn('open sesame')).toHaveProperty('result');
    const page = await openDialect(typed!, gateway, 'open sesame');
    expect(typed!.error(await page.signIn(undefined))).toBeUndefined();
  });

  test('says that it is the password that is wrong or missing', async () => {
    const gateway = await startGateway({ config: password });
    const wrong = await openNative(gateway.url);
    await expect(wrong.connect({ auth: { password: 'open' } })).rejects.toMatchObject({
      detailCode: 'AUTH_PASSWORD_MISMATCH',
    });
    const missing = await openDialect(DIALECTS[2]!, gateway);
    expect(await missing.signIn(undefined)).toMatchObject({
      error: { data: { code: 'AUTH_PASSWORD_MISSING' } },
    });
  });
});

describe('guessing', () => {
  test('is answered more and more slowly', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock });
    for (const delay of [250, 500, 1_000]) {
      const client = await openNative(gateway.url);
      const answer = client.connect({ token: 'wrong' }).catch(() => 'refused');
      await client.wire.waitFor((frame) => frame['event'] === 'connect.challenge', 'challenge');
      const quick = await Promise.race([
        answer,
        new Promise((resolve) => setTimeout(resolve, delay / 2, 'waits')),
      ]);
      expect(quick).toBe('waits');
      clock.leap(delay);
      expect(await answer).toBe('refused');
    }
  });

  test('from this machine never locks the person out', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock });
    for (let guess = 0; guess < 12; guess += 1) {
      const client = await openNative(gateway.url);
      const answer = client.connect({ token: 'wrong' }).catch(() => 'refused');
      const done = { yet: false };
      void answer.then(() => (done.yet = true));
      while (!done.yet) {
        clock.leap(1_000);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    await expect(connectNative(gateway)).resolves.toBeDefined();
  });
});

describe('a ticket', () => {
  test('signs in the surface that it was issued for, once', async () => {
    const gateway = await startGateway();
    const ticket = gateway.gateway.issueTicket('window', ['operator.read']);
    const window = await openNative(gateway.url, { origin: 'app://clawtray' });
    const hello = await window.connect({
      auth: { bootstrapToken: ticket },
      scopes: ['operator.read', 'operator.admin'],
    });
    expect(hello.auth).toMatchObject({ method: 'bootstrap-token', scopes: ['operator.read'] });
    const again = await openNative(gateway.url);
    await expect(again.connect({ auth: { bootstrapToken: ticket } })).rejects.toMatchObject({
      detailCode: 'AUTH_BOOTSTRAP_TOKEN_INVALID',
    });
  });

  test('is too old after a minute', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock });
    const ticket = gateway.gateway.issueTicket('window');
    clock.leap(61_000);
    const late = await openNative(gateway.url);
    await expect(late.connect({ auth: { bootstrapToken: ticket } })).rejects.toMatchObject({
      detailCode: 'AUTH_BOOTSTRAP_TOKEN_INVALID',
    });
  });
});

describe('a start with a secret that somebody forgot to fill in', () => {
  test.each<[string, object]>([
    ['a placeholder', { gateway: { auth: { token: 'your-auth-token' } } }],
    ['nothing', { gateway: { auth: { token: '' } } }],
    ['a variable that is not set', { gateway: { auth: { token: '${OPENCLAW_AUTH_TOKEN}' } } }],
  ])('%s is refused', async (_what, config) => {
    await expect(startGateway({ config })).rejects.toBeInstanceOf(WeakSecretError);
  });
});
