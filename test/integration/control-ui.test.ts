// The control UI at `GET /`: files of one folder, and nothing else.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ask } from '../fakes/http-client.ts';
import { temporaryFolder } from '../fakes/temporary.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';

const FILES: Readonly<Record<string, string>> = {
  'index.html': '<!doctype html><title>Page</title>',
  'secret.txt': 'not part of the pages',
  'assets/index-Ab12Cd.js': 'export {};',
  'assets/index-Ab12Cd.css': 'body {}',
  'assets/icon-Ab12Cd.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'assets/index-Ab12Cd.js.map': '{}',
  'assets/.hidden.js': 'hidden',
  'assets/notes.txt': 'notes',
};

function makePages(): string {
  const folder = path.join(temporaryFolder(), 'renderer');
  mkdirSync(path.join(folder, 'assets'), { recursive: true });
  for (const [name, text] of Object.entries(FILES)) writeFileSync(path.join(folder, name), text);
  writeFileSync(path.join(folder, '..', 'outside.js'), 'outside');
  return folder;
}

const startWithPages = (config?: object): Promise<TestGateway> =>
  startGateway({ pagesFolder: makePages(), config });

describe('the page', () => {
  test('is served with a policy that lets it reach its own gateway and nothing else', async () => {
    const gateway = await startWithPages();
    const { status, headers, text } = await ask(gateway, '/');
    expect([status, text]).toEqual([200, FILES['index.html']]);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    });
    const policy = Object.fromEntries(
      String(headers['content-security-policy'])
        .split('; ')
        .map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1)]),
    ) as Record<string, string[]>;
    expect(policy).toMatchObject({
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'connect-src': ["'self'", `ws://127.0.0.1:${gateway.port}`],
      'frame-ancestors': ["'none'"],
      'form-action': ["'none'"],
      'base-uri': ["'none'"],
    });
  });

  test('is the same for HEAD, with a query, and needs no secret', async () => {
    const gateway = await startWithPages();
    const head = await ask(gateway, '/', { method: 'HEAD' });
    expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', '34']);
    expect((await ask(gateway, '/?token=x')).text).toBe(FILES['index.html']);
  });

  test('sees that it was not built', async () => {
    for (const pagesFolder of [path.join(temporaryFolder(), 'nothing'), undefined]) {
      const gateway = await startGateway(pagesFolder === undefined ? {} : { pagesFolder });
      const { status, text } = await ask(gateway, '/');
      expect(status).toBe(503);
      expect(text).toMatch(/has not been built|have not been built/);
      expect(text).toContain('npm run build');
    }
  });

  test('is not there when it is switched off', async () => {
    const gateway = await startWithPages({ gateway: { controlUi: { enabled: false } } });
    for (const file of ['/', '/assets/index-Ab12Cd.js']) expect((await ask(gateway, file)).status).toBe(404);
    expect((await ask(gateway, '/healthz')).status).toBe(200);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('is not for %s', async (method) => {
    const { status, headers } = await ask(await startWithPages(), '/', { method });
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  test('is not for a host that is not ours', async () => {
    const gateway = await startWithPages();
    for (const host of [
      'evil.example',
      `evil.example:${gateway.port}`,
      `127.0.0.1:${gateway.port}; script-src *`,
    ]) {
      expect((await ask(gateway, '/', { headers: { host } })).status, host).toBe(403);
    }
  });
});

describe('the files of the page', () => {
  test.each([
    ['index-Ab12Cd.js', 'text/javascript; charset=utf-8'],
    ['index-Ab12Cd.css', 'text/css; charset=utf-8'],
    ['icon-Ab12Cd.svg', 'image/svg+xml'],
  ])('%s is kept for good, because its name changes with its content', async (name, type) => {
    const { status, headers, text } = await ask(await startWithPages(), `/assets/${name}`);
    expect([status, text]).toEqual([200, FILES[`assets/${name}`]]);
    expect(headers).toMatchObject({
      'content-type': type,
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    });
  });

  test.each([
    '/index.html',
    '/secret.txt',
    '/assets',
    '/assets/',
    '/assets/nothing.js',
    '/assets/notes.txt',
    '/assets/index-Ab12Cd.js.map',
    '/assets/.hidden.js',
    '/assets/../secret.txt',
    '/assets/../../outside.js',
    '/assets/..%2f..%2foutside.js',
    '/assets/%2e%2e/%2e%2e/outside.js',
    '/assets/..\\..\\outside.js',
    '/assets//etc/passwd',
    '/assets/%00.js',
    '/assets/index-Ab12Cd.js/x.js',
    `/assets/${'long'.repeat(100)}.js`,
  ])('%.60s is none of them', async (file) => {
    const { status, text } = await ask(await startWithPages(), file);
    expect(status).toBe(404);
    expect(text).not.toMatch(/outside|hidden|notes|not part/);
  });
});
