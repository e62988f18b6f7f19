import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { identifyPortOwner } from '../../src-main/gateway/port-owner.ts';
import { readRuntimeFile } from '../../src-main/gateway/runtime-file.ts';
import { PortInUseError } from '../../src-main/gateway/server/server.ts';
import { ProfileInUseError } from '../../src-main/gateway/store/open-store.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import { temporaryFolder } from '../fakes/temporary.ts';

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function http(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  onTestFinished(() => {
    server.closeAllConnections();
  });
  return listen(server);
}

describe('a port that is taken', () => {
  test('is an error of its own, with the port', async () => {
    const { port } = await startGateway();
    const starting = startGateway({ port });
    await expect(starting).rejects.toBeInstanceOf(PortInUseError);
    await expect(starting).rejects.toMatchObject({
      port,
      message: `The port ${port} on 127.0.0.1 is in use by another program.`,
    });
  });

  test('comes from the option, then the environment, then the configuration', async () => {
    const { port } = await startGateway();
    const env = { OPENCLAW_GATEWAY_PORT: String(port) };
    const stateDir = temporaryFolder();
    const { createGateway } = await import('../../src-main/gateway/gateway.ts');
    const { silentLogger } = await import('../../src-main/shared/logger.ts');
    const gateway = createGateway({}, { env: { OPENCLAW_STATE_DIR: stateDir, ...env }, log: silentLogger });
    await expect(gateway.start()).rejects.toMatchObject({ port });
    await startGateway({ stateDir: temporaryFolder(), port: 0, env });
  });
});

describe('who owns a port', () => {
  test('our own gateway proves itself', async () => {
    const { port, token } = await startGateway();
    await expect(identifyPortOwner(port, token)).resolves.toEqual({
      kind: 'clawtray',
      ours: true,
      version: expect.stringMatching(/^\d/) as string,
    });
  });

  test('a Clawtray gateway of another profile is not ours', async () => {
    const { port } = await startGateway();
    for (const secret of ['another token that is long enough to be one', undefined]) {
      await expect(identifyPortOwner(port, secret)).resolves.toMatchObject({ kind: 'clawtray', ours: false });
    }
  });

  test('a server that only calls itself Clawtray is not ours, and never sees the secret', async () => {
    const seen: string[] = [];
    const port = await http((request, response) => {
      seen.push(JSON.stringify([request.url, request.headers]));
      response
        .setHeader('Server', 'Clawtray/9.9.9')
        .setHeader('X-Clawtray-Proof', 'trust me')
        .end('{"status":"live"}');
    });
    const secret = 'a secret that must not leave this process';
    await expect(identifyPortOwner(port, secret)).resolves.toEqual({
      kind: 'clawtray',
      ours: false,
      version: '9.9.9',
    });
    expect(seen.join()).not.toContain(secret);
  });

  test('a proof that was fetched from our gateway on another port is not taken', async () => {
    const { port: own, token } = await startGateway();
    const port = await http((request, response) => {
      const nonce = String(request.headers['x-clawtray-nonce']);
      void fetch(`http://127.0.0.1:${own}/healthz`, { headers: { 'x-clawtray-nonce': nonce } }).then(
        (answer) => {
          for (const name of ['server', 'x-clawtray-proof'])
            response.setHeader(name, answer.headers.get(name) ?? '');
          response.end('{"status":"live"}');
        },
      );
    });
    await expect(identifyPortOwner(port, token)).resolves.toMatchObject({ kind: 'clawtray', ours: false });
  });

  test('an OpenClaw gateway is known by its probe', async () => {
    const port = await http((_request, response) => response.end('{"ok":true,"status":"live"}'));
    await expect(identifyPortOwner(port, undefined)).resolves.toEqual({ kind: 'openclaw' });
  });

  test('an older one is known by its challenge', async () => {
    const server = createServer((_request, response) => response.writeHead(404).end());
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket) => {
      socket.send(JSON.stringify({ type: 'event', event: 'connect.challenge', payload: { nonce: 'n' } }));
    });
    await expect(identifyPortOwner(await listen(server), undefined)).resolves.toEqual({ kind: 'openclaw' });
  });

  test.each<[string, RequestListener]>([
    ['a web server', (_request, response) => response.end('<html>hello</html>')],
    [
      'a server that redirects',
      (_request, response) => response.writeHead(302, { location: 'https://evil.example' }).end(),
    ],
    ['a server that fails', (_request, response) => response.writeHead(500).end('{"status":"live"}')],
    ['another API', (_request, response) => response.end('{"status":"ok"}')],
  ])('%s is somebody else', async (_what, answer) => {
    await expect(identifyPortOwner(await http(answer), 'secret')).resolves.toEqual({ kind: 'other' });
  });

  test('a program that says nothing is somebody else', async () => {
    const port = await listen(createTcpServer(() => undefined));
    await expect(identifyPortOwner(port, 'secret')).resolves.toEqual({ kind: 'other' });
  });

  test('a program that hangs up is somebody else', async () => {
    const port = await listen(createTcpServer((socket) => socket.destroy()));
    await expect(identifyPortOwner(port, 'secret')).resolves.toEqual({ kind: 'other' });
  });

  test('nobody is nobody', async () => {
    const { port, stop } = await startGateway();
    await stop();
    await expect(identifyPortOwner(port, 'secret')).resolves.toEqual({ kind: 'nobody' });
  });
});

describe('two gateways on one profile', () => {
  test('the second one is refused and the first one goes on', async () => {
    const first = await startGateway();
    await expect(startGateway({ stateDir: first.stateDir })).rejects.toBeInstanceOf(ProfileInUseError);
    await expect(identifyPortOwner(first.port, first.token)).resolves.toMatchObject({ ours: true });
  });

  test('the first one can be found by its runtime file, which goes with it', async () => {
    const { gateway, port, stop } = await startGateway();
    const file = gateway.paths.runtimeFile;
    expect(readRuntimeFile(file)).toMatchObject({ pid: process.pid, port, host: '127.0.0.1' });
    await stop();
    expect(readRuntimeFile(file)).toBeUndefined();
  });
});
