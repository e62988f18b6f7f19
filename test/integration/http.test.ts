import { createHmac } from 'node:crypto';
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../fakes/fake-clock.ts';
import { waitUntil } from '../fakes/temporary.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function ask(
  gateway: TestGateway,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request(
      {
        host: '127.0.0.1',
        port: gateway.port,
        path,
        method: options.method ?? 'GET',
        headers: options.headers ?? {},
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => (body += text));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        });
      },
    );
    asking.on('error', reject);
    asking.end(options.body);
  });
}

describe('the probes', () => {
  test.each(['/healthz', '/health'])('%s says that the gateway lives', async (path) => {
    const { status, body, headers } = await ask(await startGateway(), path);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({ ok: true, status: 'live' });
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers['permissions-policy']).toBeDefined();
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  test.each(['/readyz', '/ready'])('%s says that it is ready', async (path) => {
    const { status, body } = await ask(await startGateway(), path);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ ready: true, failing: [] });
  });

  test('HEAD answers the same without a body', async () => {
    const { status, body, headers } = await ask(await startGateway(), '/healthz', { method: 'HEAD' });
    expect([status, body, headers['content-length']]).toEqual([200, '', '27']);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])(
    '%s is refused with what is allowed',
    async (method) => {
      const { status, headers, body } = await ask(await startGateway(), '/healthz', {
        method,
        body: method === 'OPTIONS' ? '' : '{}',
      });
      expect(status).toBe(405);
      expect(headers.allow).toBe('GET, HEAD');
      expect(JSON.parse(body)).toMatchObject({ error: { type: 'method_not_allowed' } });
    },
  );
});

describe('the proof', () => {
  const nonce = 'abcdefghijklmnopqrstuvwx';

  test('shows to a client of the profile that it is the right gateway, without the secret', async () => {
    const gateway = await startGateway();
    const { headers } = await ask(gateway, '/healthz', { headers: { 'x-clawtray-nonce': nonce } });
    expect(headers['server']).toMatch(/^Clawtray\/\d/);
    const expected = createHmac('sha256', gateway.token)
      .update(`clawtray-gateway|${gateway.port}|${nonce}`)
      .digest('base64url');
    expect(headers['x-clawtray-proof']).toBe(expected);
  });

  test.each(['', 'short', 'has spaces in it, and more', 'x'.repeat(65)])(
    'is not given for the nonce %j',
    async (value) => {
      const { headers } = await ask(await startGateway(), '/healthz', {
        headers: { 'x-clawtray-nonce': value },
      });
      expect(headers['x-clawtray-proof']).toBeUndefined();
    },
  );

  test('is not given for a secret that somebody could guess', async () => {
    for (const gateway of [
      await startGateway({ token: 'short' }),
      await startGateway({
        config: {
          gateway: { auth: { mode: 'password', password: 'a long password that a person made up' } },
        },
      }),
      await startGateway({ config: { gateway: { auth: { mode: 'none' } } } }),
    ]) {
      const { headers } = await ask(gateway, '/healthz', { headers: { 'x-clawtray-nonce': nonce } });
      expect(headers['x-clawtray-proof']).toBeUndefined();
    }
  });
});

describe('other requests', () => {
  test.each(['/ws', '/nothing', '/healthz/', '/../etc/passwd', '//healthz', '//', '/api/nothing'])(
    '%s is answered with 404 and a hint',
    async (path) => {
      const { status, body, headers } = await ask(await startGateway(), path);
      expect(status).toBe(404);
      expect(JSON.parse(body)).toMatchObject({
        error: { type: 'not_found', message: expect.stringContaining('/ws') as string },
      });
      expect(headers['x-content-type-options']).toBe('nosniff');
    },
  );

  test('below /v1 are answered in OpenAI’s form', async () => {
    const { status, body } = await ask(await startGateway(), '/v1/nothing');
    expect(status).toBe(404);
    expect(JSON.parse(body)).toEqual({
      error: {
        message: expect.any(String) as string,
        type: 'invalid_request_error',
        param: null,
        code: null,
      },
    });
  });

  test('that came by way of a proxy reach the probes and nothing else', async () => {
    const gateway = await startGateway();
    for (const name of [
      'forwarded',
      'x-forwarded-for',
      'x-forwarded-host',
      'x-forwarded-proto',
      'x-real-ip',
    ]) {
      const headers = { [name]: '10.0.0.1' };
      expect((await ask(gateway, '/healthz', { headers })).status, name).toBe(200);
      for (const path of ['/', '/api/session', '/v1/models'])
        expect((await ask(gateway, path, { headers })).status, `${name} ${path}`).toBe(403);
    }
  });

  test('whose body does not come are not waited for', async () => {
    const clock = new FakeClock();
    const gateway = await startGateway({ clock });
    const socket = connect(gateway.port, '127.0.0.1');
    let received = '';
    socket.setEncoding('utf8').on('data', (text: string) => (received += text));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(
      'POST /api/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"tok',
    );
    await waitUntil(async () => {
      await clock.advance(1_000);
      return received === '' ? undefined : true;
    }, 'the refusal');
    expect(received).toMatch(/^HTTP\/1\.1 408 /);
    await closed;
  });

  test('that reset their connection leave no trace', async () => {
    const gateway = await startGateway();
    const socket = connect(gateway.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${gateway.token}\r\nContent-Length: 100\r\n\r\n{"mess`,
    );
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.resetAndDestroy();
    expect((await ask(gateway, '/healthz')).status).toBe(200);
  });

  test('with a large body do not hurt', async () => {
    const gateway = await startGateway();
    const { status } = await ask(gateway, '/nothing', { method: 'POST', body: 'x'.repeat(5_000_000) });
    expect(status).toBe(404);
  });

  test('of a page of another origin are refused', async () => {
    const gateway = await startGateway();
    for (const path of ['/healthz', '/nothing']) {
      const { status } = await ask(gateway, path, { headers: { origin: 'https://evil.example' } });
      expect(status, path).toBe(403);
    }
  });

  test('for a host that we do not serve are refused', async () => {
    const gateway = await startGateway();
    const { status } = await ask(gateway, '/healthz', { headers: { host: 'rebind.evil.example' } });
    expect(status).toBe(403);
  });
});
