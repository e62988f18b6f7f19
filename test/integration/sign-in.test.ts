import { describe, expect, test } from 'vitest';
import { connectDialect, DIALECTS, openDialect, WITH_HANDSHAKE } from '../fakes/dialects.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import { openWire, WireClient } from '../fakes/wire-client.ts';

describe.each(DIALECTS)('signing in, $name', (dialect) => {
  test('with the token is answered, and the connection works', async () => {
    const client = await connectDialect(dialect, await startGateway());
    const answer = await client.ask(dialect.names.status);
    expect(dialect.error(answer)).toBeUndefined();
  });

  test('without a token is refused in the dialect’s own words and closed with 1008', async () => {
    const client = await openDialect(dialect, await startGateway());
    const error = dialect.error(await client.signIn(undefined));
    const code = dialect.name === 'native' ? 'NOT_PAIRED' : dialect.names.unauthorized;
    expect(error).toMatchObject({ code });
    expect(error?.message).not.toBe('');
    await expect(client.wire.ended).resolves.toMatchObject({ code: 1008 });
  });

  test('with the token in the address needs no other', async () => {
    const gateway = await startGateway();
    const client = await openDialect(dialect, gateway, gateway.token);
    expect(dialect.error(await client.signIn(undefined))).toBeUndefined();
    expect(dialect.error(await client.ask(dialect.names.status))).toBeUndefined();
  });

  test('with the token as Bearer needs no other', async () => {
    const gateway = await startGateway();
    const wire = await openWire(`${gateway.url}/ws`, {
      headers: { authorization: `Bearer ${gateway.token}` },
    });
    wire.send(dialect.signIn(undefined));
    const answer = await wire.waitFor((frame) => dialect.answers(frame, 'sign-in'), 'answer');
    expect(dialect.error(answer)).toBeUndefined();
  });

  test('with a wrong token in the address is as good as without', async () => {
    const gateway = await startGateway();
    const client = await openDialect(dialect, gateway, 'wrong');
    expect(dialect.error(await client.signIn(undefined))).toBeDefined();
    await expect(client.wire.ended).resolves.toMatchObject({ code: 1008 });
  });
});

describe.each(WITH_HANDSHAKE)('signing in by a frame, $name', (dialect) => {
  test('with a wrong token is refused, told what to do, and closed with 1008', async () => {
    const client = await openDialect(dialect, await startGateway());
    const error = dialect.error(await client.signIn('wrong'));
    expect(error).toMatchObject({
      code: dialect.names.unauthorized,
      message: expect.stringContaining('gateway token mismatch') as string,
      details: {
        code: 'AUTH_TOKEN_MISMATCH',
        authReason: 'token_mismatch',
        recommendedNextStep: 'update_auth_credentials',
      },
    });
    await expect(client.wire.ended).resolves.toMatchObject({
      code: 1008,
      reason: expect.stringContaining('gateway token mismatch') as string,
    });
  });

  test('with a wrong token works when the address has the right one', async () => {
    const gateway = await startGateway();
    const client = await openDialect(dialect, gateway, gateway.token);
    expect(dialect.error(await client.signIn('wrong'))).toBeUndefined();
  });

  test('a second time is an invalid request, and the connection stays', async () => {
    const client = await connectDialect(dialect, await startGateway());
    const again = { ...dialect.signIn('wrong'), id: 'again' };
    client.wire.send(again);
    const answer = await client.wire.waitFor((frame) => dialect.answers(frame, 'again'), 'answer');
    expect(dialect.error(answer)?.message).toContain('invalid request');
    expect(dialect.error(await client.ask(dialect.names.status))).toBeUndefined();
  });

  test('with params of the wrong form is refused with the place that is wrong', async () => {
    const gateway = await startGateway();
    const client = await openDialect(dialect, gateway);
    const params =
      dialect.name === 'json-rpc'
        ? { token: 5 }
        : { ...(dialect.signIn('x')['params'] as object), auth: { token: 5 } };
    client.wire.send({ ...dialect.signIn(undefined), params });
    const answer = await client.wire.waitFor((frame) => dialect.answers(frame, 'sign-in'), 'answer');
    expect(dialect.error(answer)?.message).toMatch(/at \/(auth\/)?token: must be string/);
    await expect(client.wire.ended).resolves.toMatchObject({ code: 1008 });
  });
});

describe('the challenge', () => {
  test('comes first on every connection, and never twice the same', async () => {
    const gateway = await startGateway();
    const nonces = new Set<unknown>();
    for (let n = 0; n < 3; n += 1) {
      const wire = await new WireClient(gateway.url).opened();
      const { event, payload } = await wire.waitFor(() => true, 'first frame');
      expect(event).toBe('connect.challenge');
      nonces.add((payload as { nonce: string }).nonce);
    }
    expect(nonces.size).toBe(3);
  });
});

describe('auth.handshake', () => {
  test('answers the session, the channels, the heartbeat in seconds and the version', async () => {
    const [, , jsonRpc] = DIALECTS;
    const gateway = await startGateway();
    const client = await openDialect(jsonRpc!, gateway);
    const { result } = await client.signIn(gateway.token);
    expect(result).toEqual({
      session_id: expect.stringMatching(/^sess-/) as string,
      channels: ['default'],
      heartbeat_interval: 30,
      server_version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    });
  });

  test('as a notification signs in and is not answered', async () => {
    const gateway = await startGateway();
    const wire = await openWire(gateway.url);
    wire.send({ jsonrpc: '2.0', method: 'auth.handshake', params: { token: gateway.token } });
    wire.send({ jsonrpc: '2.0', id: 1, method: 'system.status' });
    await wire.waitFor((frame) => frame['id'] === 1, 'answer');
    expect(wire.frames.filter((frame) => frame['id'] === null)).toEqual([]);
  });
});
