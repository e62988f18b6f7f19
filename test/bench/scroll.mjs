// Measures what the window's main thread does while somebody scrolls through a chat of 10,000 messages: the length of its
// tasks and the rows in the page. Beside it the same in a chat of 60 messages, which is never read back. `npm run
// bench:scroll`; needs a display, or xvfb-run.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { _electron } from 'playwright-core';
import { resolveElectron } from '../../scripts/electron/resolve.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import { freePort, startServer } from './measure.mjs';

const CHATS = { long: 10_000, short: 60 };
/** Turns of a wheel, and how far apart, ms. */
const TURNS = 600;
const APART = 16;
const TEXTS = [
  'Short.',
  'A few words about **what was done**, and `a name` in them. '.repeat(4),
  '1. One thing\n2. Another\n3. The last\n\n| a | b |\n| - | - |\n| 1 | 2 |\n',
  '```ts\nexport function add(a: number, b: number): number {\n  return a + b;\n}\n```\nThat is all.',
  'words '.repeat(150),
];

// In a process of its own: the library gives the database's lock back when it ends, not when it is closed.
const [, script = '', toFill] = process.argv;
if (toFill !== undefined) fill(toFill);
else await run();

async function run() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'clawtray-scroll-'));
  try {
    const port = await freePort();
    const args = [path.join(root, 'dist/cli/cli.mjs'), 'gateway', '--port', String(port)];
    const server = await startServer(args, port, { OPENCLAW_STATE_DIR: folder });
    await server.stop();
    execFileSync(process.execPath, [script, path.join(folder, 'clawtray', 'clawtray.sqlite')]);
    await measure(folder, await freePort());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} file */
function fill(file) {
  const { DatabaseSync } = process.getBuiltinModule?.('node:sqlite') ?? {};
  const db = new (DatabaseSync ?? createRequire(import.meta.url)('libsql'))(file);
  const values = (/** @type {unknown[]} */ list) => (DatabaseSync === undefined ? [list] : list);
  const session = db.prepare(
    `INSERT INTO sessions (key, session_id, agent_id, label, title, preview, message_count, created_at, updated_at)
       VALUES (?, ?, 'main', ?, ?, ?, ?, ?, ?)`,
  );
  const message = db.prepare(
    'INSERT INTO messages (id, session_key, seq, body, created_at) VALUES (?, ?, ?, ?, ?)',
  );
  db.exec('BEGIN');
  for (const [name, count] of Object.entries(CHATS)) {
    const key = `agent:main:${name}`;
    const at = Date.now() - count * 60_000;
    session.run(...values([key, `id-${name}`, `Chat ${name}`, name, name, count, at, Date.now()]));
    for (let seq = 1; seq <= count; seq += 1) {
      const id = `${name}-${seq}`;
      const written = at + seq * 60_000;
      const body = {
        role: seq % 2 === 1 ? 'user' : 'assistant',
        content: [{ type: 'text', text: `Message ${seq}. ${TEXTS[seq % TEXTS.length]}` }],
        timestamp: written,
        __openclaw: { id, seq, recordTimestampMs: written },
      };
      message.run(...values([id, key, seq, JSON.stringify(body), written]));
    }
  }
  db.exec('COMMIT');
  db.close();
}

/** @param {string} folder @param {number} port */
async function measure(folder, port) {
  const { executable } = await resolveElectron();
  const app = await _electron.launch({
    executablePath: executable,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      `--user-data-dir=${path.join(folder, 'electron')}`,
      root,
    ],
    env: {
      ...process.env,
      HOME: folder,
      OPENCLAW_STATE_DIR: folder,
      OPENCLAW_GATEWAY_PORT: String(port),
    },
  });
  try {
    const page = await app.firstWindow();
    /** @type {Record<string, object>} */
    const table = {};
    for (const [name, count] of Object.entries(CHATS))
      table[`${count} messages`] = await scroll(page, `Chat ${name}`);
    console.log(`\nmachine: ${os.cpus().length} × ${os.cpus()[0]?.model ?? '?'}`);
    console.table(table);
  } finally {
    await app.close();
  }
}

/** @param {import('playwright-core').Page} page @param {string} chat */
async function scroll(page, chat) {
  await page.getByRole('navigation', { name: 'Chats' }).getByRole('button', { name: chat }).first().click();
  const log = page.getByRole('log', { name: 'Messages' });
  await log.locator('[data-index]').first().waitFor();
  await log.hover();
  await page.waitForTimeout(1_000);
  const devTools = await page.context().newCDPSession(page);
  /** @type {{ name: string, ph: string, dur?: number, tid: number, pid: number, args?: { name?: string } }[]} */
  const events = [];
  devTools.on('Tracing.dataCollected', ({ value }) => events.push(.../** @type {typeof events} */ (value)));
  await devTools.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'disabled-by-default-lighthouse', '__metadata'] },
  });
  let most = 0;
  for (let turn = 0; turn < TURNS; turn += 1) {
    // Up for long, and down again for a while, as people look for something.
    await page.mouse.wheel(0, turn % 50 < 40 ? -240 : 240);
    if (turn % 20 === 0) most = Math.max(most, await log.locator('[data-index]').count());
    await page.waitForTimeout(APART);
  }
  const done = new Promise((resolve) => devTools.once('Tracing.tracingComplete', () => resolve(undefined)));
  await devTools.send('Tracing.end');
  await done;
  const first = await log.locator('[data-index]').first().innerText();
  const threads = events.filter(
    ({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain',
  );
  const ofPage = threads.map(({ pid, tid }) => `${pid} ${tid}`);
  const tasks = events
    .filter(
      ({ name, ph, pid, tid }) => ph === 'X' && /RunTask$/.test(name) && ofPage.includes(`${pid} ${tid}`),
    )
    .map(({ dur = 0 }) => dur / 1_000)
    .sort((a, b) => a - b);
  const at = (/** @type {number} */ part) => (tasks[Math.floor(tasks.length * part)] ?? NaN).toFixed(2);
  return {
    tasks: tasks.length,
    'median, ms': at(0.5),
    '95 %, ms': at(0.95),
    '99 %, ms': at(0.99),
    'longest, ms': (tasks.at(-1) ?? NaN).toFixed(1),
    'most rows': most,
    'read back to': /Message (\d+)/.exec(first)?.[1] ?? first.slice(0, 20),
  };
}
