import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { PUBLIC_ONLY } from '../../../../src-main/gateway/outbound/address-policy.ts';
import {
  guardedRequest,
  GuardedRequestError,
  type GuardedRequest,
} from '../../../../src-main/gateway/outbound/guarded-request.ts';

const LOCAL = { allowedHosts: [], allowPrivate: true };

async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ port: number; url: string; seen: IncomingMessage[] }> {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}/`, seen };
}

async function refusal(wanted: GuardedRequest): Promise<GuardedRequestError> {
  const error: unknown = await guardedRequest(wanted).catch((reason: unknown) => reason);
  if (error instanceof GuardedRequestError) return error;
  throw new Error(`it was not refused: ${String(error)}`);
}

/** A name server that says something else every time. */
function resolver(...answers: string[][]): {
  resolve: NonNullable<GuardedRequest['resolve']>;
  asked: () => number;
} {
  let count = 0;
  return {
    asked: () => count,
    resolve: () => {
      const answer = answers[Math.min(count, answers.length - 1)] ?? [];
      count += 1;
      return Promise.resolve(answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
    },
  };
}

describe('an address that may not be asked', () => {
  test.each([
    'http://127.0.0.1/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://x.localhost/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://192.168.0.1/',
    'http://user:secret@example.com/',
    'file:///etc/passwd',
    'ftp://example.com/',
    'no address',
  ])('%s', async (url) => {
    const error = await refusal({ url, policy: PUBLIC_ONLY });
    expect(error.reason).toBe('blocked');
    expect(error.message).not.toContain('secret');
  });

  test('is one whose name leads into the private net, if only with one of its addresses', async () => {
    const { resolve } = resolver(['93.184.216.34', '10.0.0.1']);
    expect(await refusal({ url: 'http://name.test/', policy: PUBLIC_ONLY, resolve })).toMatchObject({
      reason: 'blocked',
    });
  });

  test('is one that a redirect leads to', async () => {
    const { url, port } = await serve((_request, response) => {
      response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    });
    const policy = { allowedHosts: ['127.0.0.1'], allowPrivate: false };
    expect(url).toContain(String(port));
    expect((await refusal({ url, policy })).reason).toBe('blocked');
  });
});

test('the address that was checked is the one that is used, whatever the name server says next', async () => {
  const { port, seen } = await serve((_request, response) => response.end('hello'));
  const { resolve, asked } = resolver(['127.0.0.1'], ['192.0.2.1']);
  const policy = { allowedHosts: ['name.test'], allowPrivate: false };
  const answer = await guardedRequest({ url: `http://name.test:${port}/`, policy, resolve });
  expect(answer.body.toString()).toBe('hello');
  expect(asked()).toBe(1);
  expect(seen[0]?.headers.host).toBe(`name.test:${port}`);
});

test('a long body is cut', async () => {
  const { url } = await serve((_request, response) => response.end('x'.repeat(100_000)));
  const answer = await guardedRequest({ url, policy: LOCAL, maxBytes: 1_000 });
  expect([answer.body.length, answer.truncated]).toEqual([1_000, true]);
});

test('what may come compressed is handed out as it was, and a broken one is told', async () => {
  const { url, seen } = await serve((request, response) => {
    const encoding = request.url?.slice(1) ?? '';
    const packed: Readonly<Record<string, Buffer>> = {
      gzip: gzipSync('hello'),
      deflate: deflateSync('hello'),
      br: brotliCompressSync('hello'),
    };
    const body = encoding === 'broken' ? 'no gzip' : (packed[encoding] ?? '');
    response.setHeader('content-encoding', encoding in packed ? encoding : 'gzip');
    response.end(body);
  });
  const read = async (encoding: string): Promise<string> =>
    (await guardedRequest({ url: url + encoding, policy: LOCAL, compressed: true })).body.toString();
  expect(await Promise.all(['gzip', 'deflate', 'br', 'empty'].map(read))).toEqual([
    'hello',
    'hello',
    'hello',
    '',
  ]);
  expect(await refusal({ url: `${url}broken`, policy: LOCAL, compressed: true })).toMatchObject({
    reason: 'network',
  });
  // Who did not ask for it gets what came.
  expect((await guardedRequest({ url: `${url}broken`, policy: LOCAL })).body.toString()).toBe('no gzip');
  expect(seen.at(-1)?.headers['accept-encoding']).toBe('identity');
});

test('a type that nobody wants is not read, but where it redirects to is', async () => {
  const { url } = await serve((request, response) => {
    response.setHeader('content-type', request.url === '/page' ? 'Text/Plain' : 'image/png');
    if (request.url === '/away') response.writeHead(302, { location: '/page' }).end();
    else if (request.url === '/page') response.end('hello');
    else response.write('never ends');
  });
  const accepts = (type: string): boolean => type === 'text/plain';
  expect((await guardedRequest({ url: `${url}away`, policy: LOCAL, accepts })).body.toString()).toBe('hello');
  expect(await refusal({ url, policy: LOCAL, accepts })).toMatchObject({
    reason: 'unwanted',
    message: 'Its type is image/png.',
  });
});

test.each([
  ['an answer', () => undefined],
  ['the rest of it', (_request: IncomingMessage, response: ServerResponse) => response.write('x')],
])('%s that nothing is heard of ends before the time', async (_what, answer) => {
  const { url } = await serve(answer);
  expect(await refusal({ url, policy: LOCAL, quietMs: 50 })).toMatchObject({ reason: 'network' });
});

test('an answer that does not come ends with the time', async () => {
  const { url } = await serve(() => undefined);
  expect((await refusal({ url, policy: LOCAL, timeoutMs: 50 })).reason).toBe('timeout');
});

test('a body that does not end ends with the time too', async () => {
  const { url } = await serve((_request, response) => response.write('x'));
  expect((await refusal({ url, policy: LOCAL, timeoutMs: 50 })).reason).toBe('timeout');
});

test('redirects without end are ended', async () => {
  const { url } = await serve((_request, response) => response.writeHead(302, { location: '/' }).end());
  expect((await refusal({ url, policy: LOCAL })).reason).toBe('too-many-redirects');
});

test('nothing that was posted is sent on elsewhere, and secrets stay with their host', async () => {
  const other = await serve((_request, response) => response.end('other'));
  const { url, seen } = await serve((_request, response) =>
    response.writeHead(307, { location: other.url }).end(),
  );
  const headers = { authorization: 'Bearer x' };
  const posted = await guardedRequest({ url, policy: LOCAL, method: 'POST', body: '{}', headers });
  expect([posted.status, other.seen.length]).toEqual([307, 0]);
  await guardedRequest({ url, policy: LOCAL, headers });
  expect(seen[1]?.headers.authorization).toBe('Bearer x');
  expect(other.seen[0]?.headers.authorization).toBeUndefined();
});

test('a signal ends it with its own reason', async () => {
  const { url } = await serve(() => undefined);
  const reason = new Error('stopped');
  const stopped = guardedRequest({ url, policy: LOCAL, signal: AbortSignal.timeout(20) });
  await expect(stopped).rejects.toMatchObject({ name: 'TimeoutError' });
  await expect(guardedRequest({ url, policy: LOCAL, signal: AbortSignal.abort(reason) })).rejects.toBe(
    reason,
  );
});

test('a host that is not there is told as such', async () => {
  const resolve = (): Promise<never> => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' }));
  expect(await refusal({ url: 'http://nobody.test/', policy: PUBLIC_ONLY, resolve })).toMatchObject({
    reason: 'network',
    message: 'There is no host of that name, or no network.',
  });
});
