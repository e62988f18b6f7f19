// The app with TLS on: its window, its tray's client and a second process all reach the gateway by its own certificate.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeCertificate } from '../fakes/certificates.ts';
import { createProfile, environment, ROOT, startApp, type Profile, type RunningApp } from './support/app.ts';
import { readToken } from './support/gateway-client.ts';
import { waitUntil } from './support/wait.ts';

let profile: Profile;
let running: RunningApp | undefined;
let other: ChildProcess | undefined;

beforeEach(async () => {
  profile = await createProfile();
  await makeCertificate(path.join(profile.stateDir, 'clawtray', 'tls'));
  await mkdir(profile.stateDir, { recursive: true });
  await writeFile(path.join(profile.stateDir, 'config.toml'), '[gateway.tls]\nenabled = true\n');
});

afterEach(async () => {
  await running?.quit();
  running = undefined;
  other?.kill('SIGKILL');
  other = undefined;
  await profile.remove();
});

async function chatsIn(page: Page): Promise<void> {
  await page.getByRole('textbox').fill('remember that Ana likes tea');
  await page.getByRole('textbox').press('Enter');
  await page.getByRole('log').getByText('I’ll remember that.').waitFor();
}

test('the window chats with the embedded gateway, and no other certificate passes for it', async () => {
  running = await startApp(profile);
  const page = await running.window();
  await chatsIn(page);
  await page.getByRole('button', { name: /^Gateway: / }).click();
  await page.getByText('Runs in this app').waitFor();
  const policy = await page.evaluate(async () => {
    const response = await fetch('/index.html');
    return response.headers.get('content-security-policy');
  });
  expect(policy).toContain(`connect-src 'self' wss://127.0.0.1:${profile.port};`);

  // A server of somebody else, with a certificate that says the same.
  const impostor = await makeCertificate(path.join(profile.folder, 'impostor'));
  const url = await startImpostor(impostor);
  const outcome = await running.app.evaluate(
    ({ net }, address) =>
      net.fetch(address).then(
        () => 'trusted',
        (error: unknown) => String(error),
      ),
    url,
  );
  expect(outcome).toContain('ERR_CERT_AUTHORITY_INVALID');
  const own = await running.app.evaluate(
    ({ net }, address) => net.fetch(address).then(({ status }) => status),
    `https://127.0.0.1:${profile.port}/healthz`,
  );
  expect(own).toBe(200);

  // The window, the app's own client, and the command that asks.
  const { connections } = JSON.parse(await command('status', '--json')) as { connections: number };
  expect(connections).toBe(3);
});

/** What a command of the built command line prints. */
async function command(...args: string[]): Promise<string> {
  const cli = path.join(ROOT, 'dist', 'cli', 'cli.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args], {
    env: environment(profile),
  });
  return stdout;
}

async function startImpostor({ certPath, keyPath }: { certPath: string; keyPath: string }): Promise<string> {
  const script = `
    const { readFileSync } = require('node:fs');
    const server = require('node:https').createServer(
      { cert: readFileSync(process.argv[1]), key: readFileSync(process.argv[2]) },
      (_request, response) => response.end('hello'),
    );
    server.listen(0, '127.0.0.1', () => console.log(server.address().port));
  `;
  other = spawn(process.execPath, ['-e', script, certPath, keyPath], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<string>((resolve) => {
    other?.stdout?.once('data', (data: Buffer) => {
      resolve(data.toString('utf8').trim());
    });
  });
  return `https://127.0.0.1:${port}/`;
}

test('the app uses a gateway of its profile that runs already, over TLS', async () => {
  other = spawn(process.execPath, [path.join(ROOT, 'dist', 'cli', 'cli.mjs'), 'gateway'], {
    env: environment(profile),
    stdio: 'ignore',
  });
  await readToken(profile);
  const runtimeFile = path.join(profile.stateDir, 'clawtray', 'gateway.json');
  await waitUntil(() => readFile(runtimeFile, 'utf8').catch(() => undefined), 15_000, 'the gateway');
  running = await startApp(profile);
  const page = await running.window();
  await chatsIn(page);
  await page.getByRole('button', { name: /^Gateway: / }).click();
  await page.getByText('Runs in another program and goes on when this app quits').waitFor();
});
