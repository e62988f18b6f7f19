// Owns the proof that a packaged app works: started with a profile of its own, it answers a chat on its port, is known to
// the window system, and ends in order. Also a program: node scripts/package/smoke-test.mjs EXECUTABLE
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Longest that each step may take, ms. A loaded machine is slow; a broken app does not get there at all. */
const PATIENCE = 60_000;

/**
 * @param {string} executable of the packaged app
 * @returns {Promise<{ readyMs: number, answer: string, endMs: number, sandboxed: boolean }>}
 * @throws {Error} what did not work, with what the app said
 */
export async function smokeTest(executable) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'clawtray-smoke-'));
  const port = await freePort();
  const sandboxed = process.getuid?.() !== 0;
  const args = [
    ...(sandboxed ? [] : ['--no-sandbox']),
    ...['--disable-gpu', `--user-data-dir=${path.join(folder, 'electron')}`],
  ];
  const env = profileEnv(folder, port);
  const started = performance.now();
  const app = spawn(executable, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [app.stdout, app.stderr])
    stream.on('data', (text) => (said = (said + text).slice(-4_000)));
  /** @type {Promise<number | null>} */
  const ended = new Promise((resolve) => {
    app.once('error', (error) => {
      said += error.message;
      resolve(null);
    });
    app.once('exit', resolve);
  });
  try {
    const base = `http://127.0.0.1:${port}`;
    await until('the gateway to listen', ended, async () => (await fetch(`${base}/readyz`)).ok);
    const readyMs = Math.round(performance.now() - started);
    const token = fs.readFileSync(path.join(folder, 'state', 'clawtray', 'token'), 'utf8').trim();
    const answer = await ask(base, token);
    const ending = performance.now();
    // Windows has no signals that a program could answer.
    if (process.platform === 'win32') spawn(executable, [...args, '--quit'], { env, stdio: 'ignore' });
    else app.kill('SIGTERM');
    const code = await Promise.race([ended, late('the app to end')]);
    if (code !== 0) throw new Error(`the app ended with ${code}`);
    if (fs.existsSync(path.join(folder, 'state', 'clawtray', 'gateway.json')))
      throw new Error('the app left its runtime file behind');
    return { readyMs, answer, endMs: Math.round(performance.now() - ending), sandboxed };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${reason}\n${said.trim()}`, { cause: error });
  } finally {
    app.kill('SIGKILL');
    await ended;
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} folder @param {number} port */
function profileEnv(folder, port) {
  const kept = [
    'PATH',
    'DISPLAY',
    'XAUTHORITY',
    'WAYLAND_DISPLAY',
    'XDG_RUNTIME_DIR',
    'DBUS_SESSION_BUS_ADDRESS',
    'LANG',
  ];
  const windows = ['SystemRoot', 'APPDATA', 'LOCALAPPDATA', 'TEMP', 'TMP', 'USERPROFILE'];
  return {
    ...Object.fromEntries([...kept, ...windows].map((name) => [name, process.env[name]])),
    HOME: folder,
    OPENCLAW_STATE_DIR: path.join(folder, 'state'),
    OPENCLAW_GATEWAY_PORT: String(port),
  };
}

/** The built-in assistant answers this without any model. @param {string} base @param {string} token */
async function ask(base, token) {
  const response = await fetch(`${base}/v1/chat/completions`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'openclaw', messages: [{ role: 'user', content: 'status' }] }),
    signal: AbortSignal.timeout(PATIENCE),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the chat was answered with ${response.status}: ${text}`);
  const answer = JSON.parse(text).choices[0].message.content;
  if (typeof answer !== 'string' || answer === '') throw new Error(`the chat was not answered: ${text}`);
  return answer;
}

/**
 * @param {string} what
 * @param {Promise<unknown>} ended
 * @param {() => Promise<boolean>} probe
 */
async function until(what, ended, probe) {
  const deadline = Date.now() + PATIENCE;
  let gone = false;
  void ended.then(() => (gone = true));
  for (;;) {
    if (gone) throw new Error(`the app ended before ${what}`);
    if (await probe().catch(() => false)) return;
    if (Date.now() > deadline) throw new Error(`waited ${PATIENCE} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** @param {string} what @returns {Promise<never>} */
function late(what) {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error(`waited ${PATIENCE} ms for ${what}`)), PATIENCE).unref();
  });
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [executable] = process.argv.slice(2);
  if (executable === undefined) throw new Error('Usage: node scripts/package/smoke-test.mjs EXECUTABLE');
  try {
    console.log(JSON.stringify(await smokeTest(executable)));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
