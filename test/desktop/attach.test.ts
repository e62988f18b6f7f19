import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { violations } from './support/accessibility.ts';
import { createProfile, environment, ROOT, startApp, type Profile, type RunningApp } from './support/app.ts';
import { connectToGateway } from './support/gateway-client.ts';

let profile: Profile;
let running: RunningApp | undefined;
let other: ChildProcess | undefined;
let blocker: Server | undefined;

beforeEach(async () => {
  profile = await createProfile();
});

afterEach(async () => {
  await running?.quit();
  running = undefined;
  other?.kill('SIGKILL');
  other = undefined;
  blocker?.closeAllConnections();
  blocker?.close();
  blocker = undefined;
  await profile.remove();
});

async function startHeadlessGateway(): Promise<void> {
  other = spawn(process.execPath, [path.join(ROOT, 'dist', 'cli', 'cli.mjs'), 'gateway'], {
    env: environment(profile),
    stdio: 'ignore',
  });
  (await connectToGateway(profile)).close();
}

test('the app uses the gateway of its profile that runs already, and leaves it running', async () => {
  await startHeadlessGateway();
  running = await startApp(profile);
  const page = await running.window();
  await page.getByRole('textbox').fill('remember that Ana likes tea');
  await page.getByRole('textbox').press('Enter');
  await page.getByRole('log').getByText('I’ll remember that.').waitFor();
  await page.getByRole('button', { name: /Built-in assistant/ }).click();
  await page.getByText('Runs in another program and goes on when this app quits').waitFor();
  // The window never got the secret: only a ticket for the bridge, which is used up.
  const stored = await page.evaluate(() =>
    JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)]),
  );
  expect(stored).not.toContain('oc_local_');

  await running.quit();
  running = undefined;
  const gateway = await connectToGateway(profile);
  const history = await gateway.request('chat.history', { sessionKey: 'main' });
  expect(history.messages.at(-1)?.content).toEqual([{ type: 'text', text: 'I’ll remember that.' }]);
  gateway.close();
});

test('a port that another program uses is said in words, and trying again works once it is free', async () => {
  blocker = createServer((_request, response) => response.end('something else'));
  await new Promise<void>((resolve) => blocker?.listen(profile.port, '127.0.0.1', resolve));
  running = await startApp(profile);
  const page = await running.window();
  await page.getByText('The gateway didn’t start').waitFor();
  await page.getByText(`Another program uses port ${profile.port}`, { exact: false }).first().waitFor();
  expect(await violations(page)).toEqual([]);
  // What concerns this computer can be set all the same.
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('switch', { name: /^Start when/ }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');

  blocker.closeAllConnections();
  await new Promise((resolve) => blocker?.close(resolve));
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('textbox').waitFor();
  await page.getByRole('textbox').fill('status');
  await page.getByRole('textbox').press('Enter');
  await page
    .getByRole('log')
    .getByText(/has been running for/)
    .waitFor();
});
