import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fetchPage, type FetchPageDeps } from '../../../../src-main/gateway/web/fetch-page.ts';
import { createWebTools } from '../../../../src-main/gateway/tools/web-tools.ts';

const never = new AbortController().signal;

async function site(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.headers.host ?? ''}${request.url ?? ''}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, asked };
}

/** This machine stands for the public web under one name; everything else is as it is. */
const pretending: FetchPageDeps = {
  policy: { allowedHosts: ['site.test'], allowPrivate: false },
  resolve: (host) => {
    const addresses = { 'site.test': ['127.0.0.1'], 'intern.test': ['93.184.215.14', '10.0.0.7'] }[host];
    return addresses === undefined
      ? Promise.reject(Object.assign(new Error(host), { code: 'ENOTFOUND' }))
      : Promise.resolve(addresses.map((address) => ({ address, family: 4 })));
  },
};

describe('a page', () => {
  test('is fetched from the address that was checked', async () => {
    const { port, asked } = await site((_request, response) => response.end('hello'));
    const page = await fetchPage(`http://site.test:${port}/a?b#c`, never, pretending);
    expect(page).toMatchObject({ status: 200, text: 'hello', cut: false });
    expect(asked).toEqual([`site.test:${port}/a?b`]);
  });

  test.each([
    ['http://127.0.0.1/', 'on this computer or in a private network'],
    ['http://2130706433/', 'on this computer or in a private network'],
    ['http://0x7f.1/', 'on this computer or in a private network'],
    ['http://[::1]:80/', 'on this computer or in a private network'],
    ['http://[::ffff:169.254.169.254]/latest/meta-data', 'on this computer or in a private network'],
    ['file:///etc/passwd', 'must begin with http'],
    ['javascript:alert(1)', 'must begin with http'],
    ['http://user:pass@example.org/', 'password'],
    ['nonsense', 'must begin with http'],
    [`http://x/${'a'.repeat(3_000)}`, 'longer than'],
  ])('is not fetched from %s', async (url, why) => {
    await expect(fetchPage(url, never)).rejects.toThrow(why);
  });

  test('is not fetched when only one of the addresses of its name is inside', async () => {
    await expect(fetchPage('http://intern.test/', never, pretending)).rejects.toThrow('private network');
    await expect(fetchPage('http://gone.test/', never, pretending)).rejects.toThrow('no host of that name');
  });

  test('does not lead inside by a redirect, nor in circles', async () => {
    const { port, asked } = await site((request, response) => {
      const location = request.url === '/in' ? 'http://169.254.169.254/' : '/round';
      response.writeHead(302, { location }).end();
    });
    await expect(fetchPage(`http://site.test:${port}/in`, never, pretending)).rejects.toThrow(
      '169.254.169.254',
    );
    await expect(fetchPage(`http://site.test:${port}/round`, never, pretending)).rejects.toThrow(
      'more than 5 times',
    );
    expect(asked).toHaveLength(7);
  });

  test('is read only up to a bound, also when it was small on the way', async () => {
    const bomb = gzipSync(Buffer.alloc(30_000_000, 'a'));
    const { port } = await site((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' }).end(bomb);
    });
    const page = await fetchPage(`http://site.test:${port}/`, never, pretending);
    expect(page.cut).toBe(true);
    expect(page.text.length).toBe(2 * 1024 * 1024);
  });

  test('that is no text, breaks off or is not wanted any more ends with a reason', async () => {
    const { port } = await site((request, response) => {
      if (request.url === '/image') response.writeHead(200, { 'content-type': 'image/png' }).end('x');
      else if (request.url === '/broken') {
        response.writeHead(200, { 'content-length': '100' });
        response.write('x');
        setImmediate(() => response.destroy());
      }
    });
    const at = (place: string): string => `http://site.test:${port}${place}`;
    await expect(fetchPage(at('/image'), never, pretending)).rejects.toThrow('image/png');
    await expect(fetchPage(at('/broken'), never, pretending)).rejects.toThrow('cannot be fetched');
    const abort = new AbortController();
    const waiting = fetchPage(at('/silent'), abort.signal, pretending);
    abort.abort();
    await expect(waiting).rejects.toThrow('aborted');
  });

  test('comes to the agent as text, marked as a stranger’s', async () => {
    const { port } = await site((_request, response) => {
      response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
        .end(
          '<html><head><title>T</title><script>evil()</script></head><body><h1>Head</h1><p>Para &amp; more</p></body>',
        );
    });
    const [tool] = createWebTools(pretending);
    const result = await tool?.invoke(
      { url: `http://site.test:${port}/` },
      { agentId: 'main', sessionKey: 'agent:main:main', runId: 'r', signal: never },
    );
    expect(result).toMatchObject({ isError: false });
    expect(result?.text).toContain('written by a stranger');
    expect(result?.text).toContain('Para & more');
    expect(result?.text).not.toContain('evil()');
  });
});
