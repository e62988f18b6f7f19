// A place that offers a newer version, as electron-updater's generic provider reads it.

import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface UpdateServer {
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: readonly string[];
  /** What the package holds; its description keeps the hash of what it held at first. */
  content: Buffer;
  stop(): void;
}

const FILE = 'clawtray_9.9.9_amd64.deb';

export async function startUpdateServer(): Promise<UpdateServer> {
  const asked: string[] = [];
  const first = Buffer.from('a newer version');
  const sha512 = createHash('sha512').update(first).digest('base64');
  const description = [
    'version: 9.9.9',
    'files:',
    `  - url: ${FILE}`,
    `    sha512: ${sha512}`,
    `    size: ${first.length}`,
    `path: ${FILE}`,
    `sha512: ${sha512}`,
    "releaseDate: '2026-11-21T09:00:00.000Z'",
    '',
  ].join('\n');
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    asked.push(path);
    if (path === '/latest-linux.yml') response.end(description);
    else if (path === `/${FILE}`) response.end(running.content);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const running: UpdateServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    content: first,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return running;
}
