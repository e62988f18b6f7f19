// Owns the check of finished packages: each is unpacked (or installed), what must be in it is looked for, and the app in it is
// started. Where a package cannot be opened on this system, it is listed as not run.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { getCurrentFuseWire, FuseV1Options } from '@electron/fuses';
import { collect } from '../lib/child.mjs';
import { hasDisplay } from '../lib/display.mjs';
import { root } from '../lib/paths.mjs';

/** How a package is unpacked; those that are not named here cannot be on this system. @type {Record<string, string[]>} */
const unpackers = {
  deb: ['dpkg-deb', '-x'],
  rpm: ['bsdtar', '-xf'],
  pacman: ['bsdtar', '-xf'],
};

/**
 * @param {string} folder with the packages
 * @param {{ install: boolean }} options
 * @returns {Promise<boolean>} whether everything that could be tried is fine
 */
export async function checkPackages(folder, { install }) {
  /** @type {{ name: string, mb: string, result: string, ok: boolean }[]} */
  const rows = [];
  for (const name of packagesIn(folder)) {
    const file = path.join(folder, name);
    const mb = (fs.statSync(file).size / 1e6).toFixed(1);
    const outcome = await check(file, install).catch((error) => ({ ok: false, result: error.message }));
    rows.push({ name, mb, ...outcome });
  }
  const unpacked = path.join(folder, 'linux-unpacked');
  console.log('');
  for (const { name, mb, result } of rows) console.log(`${name}  ${mb} MB  ${result}`);
  if (fs.existsSync(unpacked)) console.log(`unpacked  ${(sizeOf(unpacked) / 1e6).toFixed(1)} MB`);
  return rows.length > 0 && rows.every(({ ok }) => ok);
}

/** @param {string} folder */
function packagesIn(folder) {
  return fs
    .readdirSync(folder)
    .filter((name) => /\.(AppImage|deb|rpm|pacman|dmg|zip|exe)$/.test(name))
    .sort();
}

/** @param {string} file @param {boolean} install */
async function check(file, install) {
  const extension = path.extname(file).slice(1);
  if (extension === 'deb' && install) return checkInstalled(file);
  const unpacker = unpackers[extension];
  if (unpacker === undefined || process.platform !== 'linux') return { ok: true, result: 'made, not run' };
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'clawtray-unpacked-'));
  try {
    const [command = '', ...args] = unpacker;
    fs.chmodSync(folder, 0o755);
    await succeed(command, extension === 'deb' ? [...args, file, folder] : [...args, file, '-C', folder]);
    const app = path.join(folder, 'opt', 'Clawtray');
    await lookInto(app);
    await lookAtDesktopFile(path.join(folder, 'usr', 'share'));
    return { ok: true, result: await start(path.join(app, 'clawtray')) };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** By the system's package manager, started as anybody would, and removed again. @param {string} file */
async function checkInstalled(file) {
  await succeed('apt-get', ['install', '-y', '-qq', '--no-install-recommends', file]);
  try {
    await lookInto('/opt/Clawtray');
    await lookAtDesktopFile('/usr/share');
    return { ok: true, result: `installed; ${await start('/usr/bin/clawtray')}` };
  } finally {
    await succeed('apt-get', ['remove', '-y', '-qq', 'clawtray']);
    if (fs.existsSync('/opt/Clawtray/clawtray')) throw new Error('removing the package left the app behind');
  }
}

/** What ships is what was meant to: fused, complete, and without what only developers need. @param {string} app */
async function lookInto(app) {
  const wire = await getCurrentFuseWire(path.join(app, 'clawtray'));
  const on = (/** @type {FuseV1Options} */ fuse) => String.fromCharCode(wire[fuse] ?? 0) === '1';
  const mustBeOff = [
    FuseV1Options.RunAsNode,
    FuseV1Options.EnableNodeOptionsEnvironmentVariable,
    FuseV1Options.EnableNodeCliInspectArguments,
    FuseV1Options.GrantFileProtocolExtraPrivileges,
  ];
  const mustBeOn = [
    FuseV1Options.EnableCookieEncryption,
    FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
    FuseV1Options.OnlyLoadAppFromAsar,
  ];
  const wrong = [...mustBeOff.filter(on), ...mustBeOn.filter((fuse) => !on(fuse))];
  if (wrong.length > 0)
    throw new Error(`wrong fuses: ${wrong.map((fuse) => FuseV1Options[fuse]).join(', ')}`);
  const resources = fs.readdirSync(path.join(app, 'resources'));
  if (!resources.includes('app.asar')) throw new Error('there is no app.asar');
  for (const name of ['LICENSE', 'THIRD-PARTY-LICENSES.txt'])
    if (!resources.includes(name)) throw new Error(`the file ${name} is missing`);
  if (resources.includes('default_app.asar')) throw new Error("Electron's default app is in it");
}

/** @param {string} share */
async function lookAtDesktopFile(share) {
  const file = path.join(share, 'applications', 'io.github.clawtray.desktop');
  const text = fs.readFileSync(file, 'utf8');
  for (const line of [
    'MimeType=x-scheme-handler/clawtray;',
    'StartupWMClass=io.github.clawtray',
    'Icon=clawtray',
  ])
    if (!text.split('\n').includes(line)) throw new Error(`the desktop file has no line ${line}\n${text}`);
  const icon = path.join(share, 'icons', 'hicolor', '256x256', 'apps', 'clawtray.png');
  if (!fs.existsSync(icon)) throw new Error('the icon of 256 pixels is missing');
  const { code, stdout, stderr } = await collect('desktop-file-validate', [file]);
  // A machine without the tool has had the check above.
  if (code !== null && code !== 0) throw new Error(`the desktop file is not valid: ${stdout}${stderr}`);
}

/** The user of that name, on all Linux systems. */
const NOBODY = { uid: 65534, gid: 65534 };

/**
 * With a display and a bus of its own. The superuser's Chromium has no sandbox, so then somebody without rights starts it:
 * what ships must work with the sandbox.
 * @param {string} executable
 */
async function start(executable) {
  const wrappers = hasDisplay() ? [] : ['xvfb-run', '-a'];
  const [command = '', ...args] = [
    ...wrappers,
    ...[
      'dbus-run-session',
      '--',
      process.execPath,
      path.join(root, 'scripts', 'package', 'smoke-test.mjs'),
      executable,
    ],
  ];
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'clawtray-home-'));
  const asNobody = process.getuid?.() === 0 && !hasDisplay();
  if (asNobody) fs.chownSync(home, NOBODY.uid, NOBODY.gid);
  try {
    const env = { ...process.env, HOME: home, TMPDIR: home, XDG_RUNTIME_DIR: undefined };
    const { code, stdout, stderr } = await collect(command, args, {
      ...(asNobody ? NOBODY : {}),
      cwd: '/',
      env,
    });
    if (code !== 0) throw new Error(`it did not work:\n${stdout}${stderr}`);
    const { readyMs, endMs, sandboxed } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    const sandbox = sandboxed ? 'sandboxed' : 'without the sandbox (as root)';
    return `runs, ${sandbox}: gateway after ${readyMs} ms, chat answered, ended in ${endMs} ms`;
  } finally {
    fs.rmSync(home, { recursive: true, force: true });
  }
}

/** @param {string} command @param {string[]} args */
async function succeed(command, args) {
  const { code, stdout, stderr } = await collect(command, args);
  if (code !== 0) throw new Error(`${command} failed (${code}): ${stderr || stdout}`);
}

/** @param {string} folder */
function sizeOf(folder) {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => fs.lstatSync(path.join(folder, name)))
    .reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0);
}
