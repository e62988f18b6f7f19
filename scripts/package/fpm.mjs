#!/usr/bin/env node
// Makes a .deb, an .rpm or a pacman package of folders, with the distributions' own tools. Stands in for fpm, which
// electron-builder calls for that and downloads otherwise: it takes the options that electron-builder passes, and refuses others.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Options that stand once; all others of electron-builder's are below. */
const single = new Set(
  [
    '-s -t --architecture --name --version --package --description --maintainer --vendor --url --license --category',
    '--iteration --after-install --after-remove --deb-priority --deb-compression --rpm-os --rpm-compression',
    '--rpm-summary --pacman-compression',
  ].flatMap((line) => line.split(' ')),
);
const repeated = new Set(['-d', '--deb-recommends']);

/**
 * @typedef {object} Request
 * @property {Partial<Record<string, string>>} options
 * @property {string} target where the package goes
 * @property {string[]} depends
 * @property {string[]} recommends
 * @property {{ from: string, to: string }[]} files
 */

/**
 * @param {readonly string[]} args as electron-builder passes them to fpm
 * @returns {Request}
 */
export function parseRequest(args) {
  /** @type {Request} */
  const request = { options: {}, target: '', depends: [], recommends: [], files: [] };
  const rest = [...args];
  const value = (/** @type {string} */ name) => {
    const next = rest.shift();
    if (next === undefined) throw new Error(`${name} needs a value.`);
    return next;
  };
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--force' || word === '--debug') continue;
    if (word === '-d') request.depends.push(value(word));
    else if (repeated.has(word)) request.recommends.push(value(word));
    else if (single.has(word)) request.options[word.replace(/^-+/, '')] = value(word);
    else if (word.startsWith('-')) throw new Error(`The option ${word} is not known here.`);
    else {
      const at = word.lastIndexOf('=');
      if (at <= 0) throw new Error(`${word} does not say where it goes.`);
      request.files.push({ from: word.slice(0, at), to: word.slice(at + 1) });
    }
  }
  for (const name of ['t', 'name', 'version', 'architecture', 'package']) {
    if (!request.options[name]) throw new Error(`The option ${name} is missing.`);
  }
  return { ...request, target: request.options.package ?? '' };
}

/** @param {readonly string[]} args */
function main(args) {
  const request = parseRequest(args);
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'clawtray-package-'));
  try {
    const root = path.join(work, 'root');
    fs.mkdirSync(root, { mode: 0o755 });
    for (const file of request.files) place(file, root);
    const format = request.options.t;
    if (format === 'deb') makeDeb(request, root);
    else if (format === 'rpm') makeRpm(request, root, work);
    else if (format === 'pacman') makePacman(request, root);
    else throw new Error(`${format} packages cannot be made here.`);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @param {{ from: string, to: string }} file
 * @param {string} root
 */
function place({ from, to }, root) {
  const target = path.join(root, to);
  if (fs.statSync(from).isDirectory()) {
    fs.cpSync(from, target, { recursive: true, verbatimSymlinks: true });
    fs.chmodSync(target, 0o755);
    return;
  }
  fs.mkdirSync(path.dirname(target), { recursive: true, mode: 0o755 });
  fs.copyFileSync(from, target);
  fs.chmodSync(target, 0o644);
}

/** Control file: Debian Policy 5.3. @param {Request} request @param {string} root */
function makeDeb({ options, depends, recommends, target }, root) {
  const [summary = '', ...long] = (options.description ?? '').trim().split('\n');
  const fields = {
    Package: options.name,
    Version: options.version,
    Architecture: options.architecture,
    Maintainer: options.maintainer,
    'Installed-Size': String(Math.ceil(sizeOf(root) / 1024)),
    Depends: depends.join(', '),
    Recommends: recommends.join(', '),
    Section: options.category ?? 'utils',
    Priority: options['deb-priority'] ?? 'optional',
    Homepage: options.url,
    Description: [summary.trim(), ...long.map((line) => ` ${line.trim() || '.'}`)].join('\n'),
  };
  const folder = path.join(root, 'DEBIAN');
  fs.mkdirSync(folder, { mode: 0o755 });
  fs.writeFileSync(path.join(folder, 'control'), lines(fields, ': '));
  for (const { script, name } of [
    { script: options['after-install'], name: 'postinst' },
    { script: options['after-remove'], name: 'postrm' },
  ]) {
    if (script === undefined) continue;
    fs.copyFileSync(script, path.join(folder, name));
    fs.chmodSync(path.join(folder, name), 0o755);
  }
  const compression = options['deb-compression'] ?? 'xz';
  run('dpkg-deb', ['--root-owner-group', `-Z${compression}`, '--build', root, target]);
}

/** @param {Request} request @param {string} root @param {string} work */
function makeRpm({ options, depends, target }, root, work) {
  const script = (/** @type {string | undefined} */ file) => {
    if (file === undefined) return '';
    // In scriptlets `%` begins a macro.
    return fs
      .readFileSync(file, 'utf8')
      .replace(/^#!.*\n/, '')
      .replaceAll('%', '%%');
  };
  const summary = options['rpm-summary'] ?? (options.description ?? '').trim().split('\n')[0];
  const spec = [
    // As built: nothing is stripped, searched for dependencies or given a debug package.
    '%global __os_install_post %{nil}',
    '%global debug_package %{nil}',
    '%global _build_id_links none',
    '%define _binary_payload w6T0.xzdio',
    lines(
      {
        Name: options.name,
        Version: options.version,
        Release: options.iteration ?? '1',
        Summary: summary,
        License: options.license ?? 'unknown',
        Vendor: options.vendor,
        Packager: options.maintainer,
        URL: options.url,
        AutoReqProv: 'no',
      },
      ': ',
    ),
    ...depends.map((name) => `Requires: ${name}`),
    '%description',
    (options.description ?? '').trim().replaceAll('%', '%%'),
    '%post -p /bin/bash',
    script(options['after-install']),
    '%postun -p /bin/bash',
    // An update removes the older version after the newer one came: then everything stays as it is.
    '[ "$1" -eq 0 ] || exit 0',
    script(options['after-remove']),
    '%files',
    '%defattr(-,root,root,-)',
    ...listed(root),
    '',
  ].join('\n');
  const file = path.join(work, 'package.spec');
  fs.writeFileSync(file, spec);
  run('rpmbuild', [
    ...['-bb', '--quiet', '--target', `${options.architecture}-unknown-linux`, '--buildroot', root],
    ...['--define', `_topdir ${work}/rpm`, '--define', `_rpmdir ${work}/out`, '--noclean', file],
  ]);
  const [built] = fs.readdirSync(path.join(work, 'out'), { recursive: true, encoding: 'utf8' }).filter(isRpm);
  if (built === undefined) throw new Error('rpmbuild made no package.');
  fs.copyFileSync(path.join(work, 'out', built), target);
}

const isRpm = (/** @type {string} */ name) => name.endsWith('.rpm');

/** .PKGINFO, .INSTALL and .MTREE: see makepkg. @param {Request} request @param {string} root */
function makePacman({ options, depends, target }, root) {
  const info = {
    pkgname: options.name,
    pkgver: `${options.version}-${options.iteration ?? '1'}`,
    pkgdesc: (options.description ?? '').trim().split('\n').join(' '),
    url: options.url,
    builddate: String(Math.floor(Date.now() / 1000)),
    packager: options.maintainer,
    size: String(sizeOf(root)),
    arch: options.architecture,
    license: options.license,
  };
  const all = lines(info, ' = ') + depends.map((name) => `\ndepend = ${name}`).join('') + '\n';
  const names = fs.readdirSync(root);
  fs.writeFileSync(path.join(root, '.PKGINFO'), all);
  const script = (/** @type {string | undefined} */ file) =>
    file === undefined ? ':' : fs.readFileSync(file, 'utf8');
  const install = script(options['after-install']);
  const remove = script(options['after-remove']);
  fs.writeFileSync(
    path.join(root, '.INSTALL'),
    `post_install() {\n${install}\n}\npost_upgrade() {\npost_install\n}\npost_remove() {\n${remove}\n}\n`,
  );
  const owner = ['--uid', '0', '--gid', '0', '--uname', 'root', '--gname', 'root'];
  const keys = '!all,use-set,type,uid,gid,mode,time,size,sha256,link';
  const meta = ['.PKGINFO', '.INSTALL'];
  run('bsdtar', ['-czf', '.MTREE', ...owner, '--format=mtree', `--options=${keys}`, ...meta, ...names], root);
  const compression = options['pacman-compression'] ?? 'xz';
  const threads = compression === 'xz' ? ['--options=xz:threads=0'] : [];
  const files = [...meta, '.MTREE', ...names];
  run('bsdtar', ['-c', `--${compression}`, ...threads, '-f', target, ...owner, ...files], root);
}

/** @param {Record<string, string | undefined>} fields @param {string} separator */
function lines(fields, separator) {
  const given = Object.entries(fields).filter(([, value]) => value);
  return (
    given.map(([name, value]) => `${name}${separator}${value}`).join('\n') + (separator === ': ' ? '\n' : '')
  );
}

/** Folders that every system has belong to no package of ours. */
const shared =
  /^\/(opt|usr(\/share(\/(applications|icons(\/hicolor(\/[^/]+(\/apps)?)?)?|mime(\/packages)?))?)?)$/;

/** Everything below a folder, as rpm's file list names it. @param {string} root */
function listed(root) {
  return fs
    .readdirSync(root, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .map((entry) => ({ entry, name: `/${path.relative(root, path.join(entry.parentPath, entry.name))}` }))
    .filter(({ name }) => !shared.test(name))
    .map(({ entry, name }) => `${entry.isDirectory() ? '%dir ' : ''}"${name.replaceAll('%', '%%')}"`);
}

/** @param {string} root */
function sizeOf(root) {
  return fs
    .readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => fs.lstatSync(path.join(root, name)))
    .reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0);
}

/** @param {string} command @param {string[]} args @param {string} [cwd] */
function run(command, args, cwd) {
  const { status, error, stderr, stdout } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (error !== undefined) throw new Error(`${command} could not be run: ${error.message}`);
  if (status !== 0) throw new Error(`${command} failed (${status}):\n${stderr || stdout}`);
}

if (
  process.argv[1] !== undefined &&
  import.meta.url === pathToFileURL(fs.realpathSync(process.argv[1])).href
) {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
