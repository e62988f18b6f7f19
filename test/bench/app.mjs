// Measures the packaged app on Linux: how long until its window is painted, how much memory it takes and how much processor
// while nothing happens, in the tray alone and with its window. `npm run bench:app`; needs a display, or xvfb-run.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { buildPackages } from '../../scripts/package/electron-builder.mjs';

const ROUNDS = 3;
/** Settling, and then the time over which the processor is watched, ms. */
const SETTLE = 10_000;
const WATCHED = 20_000;
/** USER_HZ; on Linux always 100 for what /proc tells. */
const TICKS = 100;

const work = fs.mkdtempSync(path.join(os.tmpdir(), 'clawtray-bench-app-'));
try {
  await buildPackages(['--dir', `-c.directories.output=${path.join(work, 'out')}`]);
  const executable = path.join(work, 'out', 'linux-unpacked', 'clawtray');
  const paints = [];
  for (let round = 0; round < ROUNDS; round += 1) paints.push(await firstPaint(executable, `paint-${round}`));
  const tray = await atRest(executable, 'tray', ['--hidden']);
  const window = await atRest(executable, 'window', []);
  console.log(
    `\nmachine: ${os.cpus().length} × ${os.cpus()[0]?.model ?? '?'}, ${Math.round(os.totalmem() / 2 ** 30)} GB`,
  );
  console.log(`first paint, ms after the start of the process: ${paints.join(', ')}`);
  for (const [name, { mb, cpu, processes }] of Object.entries({ tray, window }))
    console.log(`${name}: ${mb} MB (PSS of ${processes} processes), ${cpu} % of one core while idle`);
} finally {
  fs.rmSync(work, { recursive: true, force: true });
}

/** @param {string} executable @param {string} profile @param {string[]} args */
function start(executable, profile, args) {
  const folder = path.join(work, profile);
  fs.mkdirSync(folder);
  const kept = ['PATH', 'DISPLAY', 'XAUTHORITY', 'DBUS_SESSION_BUS_ADDRESS', 'LANG'];
  const env = {
    ...Object.fromEntries(kept.map((name) => [name, process.env[name]])),
    HOME: folder,
    OPENCLAW_STATE_DIR: path.join(folder, 'state'),
    OPENCLAW_GATEWAY_PORT: '0',
  };
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const data = path.join(folder, 'electron');
  const began = Date.now();
  const app = spawn(executable, [...root, '--disable-gpu', `--user-data-dir=${data}`, ...args], {
    env,
    stdio: 'ignore',
  });
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => app.once('exit', () => resolve()));
  const end = async () => {
    app.kill('SIGTERM');
    await ended;
  };
  return { app, began, data, end };
}

/** @param {string} executable @param {string} profile */
async function firstPaint(executable, profile) {
  const { began, data, end } = start(executable, profile, ['--remote-debugging-port=0']);
  try {
    const [port] = (
      await eventually(() => fs.readFileSync(path.join(data, 'DevToolsActivePort'), 'utf8'))
    ).split('\n');
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    const page = await eventually(() => browser.contexts().flatMap((context) => context.pages())[0]);
    await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
    const at = await page.evaluate(() => {
      const [paint] = performance.getEntriesByName('first-contentful-paint');
      return performance.timeOrigin + (paint?.startTime ?? Number.NaN);
    });
    await browser.close();
    return Math.round(at - began);
  } finally {
    await end();
  }
}

/** @param {string} executable @param {string} profile @param {string[]} args */
async function atRest(executable, profile, args) {
  const { app, end } = start(executable, profile, args);
  try {
    await wait(SETTLE);
    const all = family(app.pid ?? 0);
    const before = ticksOf(all);
    await wait(WATCHED);
    const used = ((ticksOf(all) - before) / TICKS / (WATCHED / 1000)) * 100;
    const kb = all.reduce((sum, pid) => sum + pss(pid), 0);
    return { mb: Math.round(kb / 1000), cpu: used.toFixed(2), processes: all.length };
  } finally {
    await end();
  }
}

/** A process and all that it started. @param {number} pid @returns {number[]} */
function family(pid) {
  let children = '';
  try {
    const tasks = fs.readdirSync(`/proc/${pid}/task`);
    children = tasks.map((task) => fs.readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')).join(' ');
  } catch {
    // It ended meanwhile.
  }
  return [
    pid,
    ...children
      .split(' ')
      .filter(Boolean)
      .flatMap((child) => family(Number(child))),
  ];
}

/** utime and stime, fields 14 and 15 after the name in parentheses. @param {number[]} all */
function ticksOf(all) {
  return all.reduce((sum, pid) => {
    const fields = read(`/proc/${pid}/stat`)
      .replace(/^.*\) /s, '')
      .split(' ');
    return sum + Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  }, 0);
}

/** kB; memory that processes share is counted once. @param {number} pid */
function pss(pid) {
  return Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
}

/** @param {string} file */
function read(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** @template T @param {() => T | undefined} probe @returns {Promise<T>} */
async function eventually(probe) {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      const found = probe();
      if (found !== undefined) return found;
    } catch {
      // Not yet.
    }
    if (Date.now() > deadline) throw new Error('the app did not get there');
    await wait(20);
  }
}

/** @param {number} ms */
function wait(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
