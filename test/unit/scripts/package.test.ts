import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseRequest } from '../../../scripts/package/fpm.mjs';
import { hasProgram } from '../../../scripts/system/usability.mjs';
import { temporaryFolder, write } from './temporary.ts';

const FPM = path.resolve(import.meta.dirname, '../../../scripts/package/fpm.mjs');
const BASE = ['-s', 'dir', '--force', '-t', 'deb', '--architecture', 'amd64', '--name', 'demo'];

describe('the request for a package', () => {
  it('takes what electron-builder passes', () => {
    const request = parseRequest([
      ...BASE,
      ...['-d', 'libnss3', '-d', 'a | b', '--version', '1.0~beta', '--package', '/out/demo.deb'],
      ...['/tmp/app=1/=/opt/Demo', '/tmp/x.desktop=/usr/share/applications/demo.desktop'],
    ]);
    expect(request.depends).toEqual(['libnss3', 'a | b']);
    expect(request.options['version']).toBe('1.0~beta');
    expect(request.files).toEqual([
      { from: '/tmp/app=1/', to: '/opt/Demo' },
      { from: '/tmp/x.desktop', to: '/usr/share/applications/demo.desktop' },
    ]);
  });

  it('refuses what it would have to leave out', () => {
    expect(() => parseRequest([...BASE, '--config-files', '/etc/demo'])).toThrow('--config-files');
    expect(() => parseRequest([...BASE, '--version', '1'])).toThrow('package');
    expect(() => parseRequest([...BASE, '--version'])).toThrow('needs a value');
  });
});

/** An app of one program, with the scripts that run when it is installed and removed. */
function packageOf(format: string, file: string, folder: string): ReturnType<typeof spawnSync> {
  write(path.join(folder, 'app', 'demo'), '#!/bin/sh\necho demo\n', 0o755);
  write(path.join(folder, 'app', 'with space', '100%.txt'), 'text');
  const args = [
    '-s',
    'dir',
    '--force',
    '-t',
    format,
    '--architecture',
    format === 'deb' ? 'amd64' : 'x86_64',
  ];
  args.push('--name', 'demo', '--version', '1.2.0', '--package', file, '--license', 'MIT', '-d', 'libnss3');
  args.push('--description', 'Short\n Long text', '--maintainer', 'Demo <demo@example.org>');
  args.push('--after-install', write(path.join(folder, 'in.sh'), '#!/bin/bash\necho "100%"\n'));
  args.push('--after-remove', write(path.join(folder, 'out.sh'), '#!/bin/bash\ntrue\n'));
  args.push(
    `${folder}/app/=/opt/Demo`,
    `${write(path.join(folder, 'd'), '[Desktop Entry]')}=/usr/share/d.desktop`,
  );
  return spawnSync(process.execPath, [FPM, ...args], { encoding: 'utf8' });
}

function output(command: string, ...args: string[]): string {
  return spawnSync(command, args, { encoding: 'utf8' }).stdout;
}

describe.runIf(process.platform === 'linux')('a finished package', () => {
  it.runIf(hasProgram('dpkg-deb', process.env))('is one that Debian reads', () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'demo.deb');
    expect(packageOf('deb', file, folder)).toMatchObject({ status: 0, stderr: '' });
    expect(output('dpkg-deb', '-f', file, 'Package', 'Version', 'Depends')).toBe(
      'Package: demo\nVersion: 1.2.0\nDepends: libnss3\n',
    );
    const unpacked = path.join(folder, 'unpacked');
    output('dpkg-deb', '-x', file, unpacked);
    expect(output(path.join(unpacked, 'opt', 'Demo', 'demo'))).toBe('demo\n');
    expect(output('dpkg-deb', '-c', file)).toMatch(/^-rw-r--r-- root\/root .* \.\/usr\/share\/d\.desktop$/m);
  });

  it.runIf(hasProgram('rpmbuild', process.env))('is one that rpm reads', () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'demo.rpm');
    expect(packageOf('rpm', file, folder)).toMatchObject({ status: 0 });
    expect(output('rpm', '-qp', '--requires', file)).toContain('libnss3\n');
    expect(output('rpm', '-qpl', file).split('\n')).toContain('/opt/Demo/with space/100%.txt');
    expect(output('rpm', '-qp', '--scripts', file)).toContain('echo "100%"');
  });

  it.runIf(hasProgram('bsdtar', process.env))('is one that pacman reads', () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'demo.pacman');
    expect(packageOf('pacman', file, folder)).toMatchObject({ status: 0, stderr: '' });
    expect(output('bsdtar', '-xOf', file, '.PKGINFO')).toContain('pkgname = demo\npkgver = 1.2.0-1\n');
    // The specification wants these first, before anything that would have to be unpacked.
    expect(output('bsdtar', '-tf', file).split('\n').slice(0, 3)).toEqual(['.PKGINFO', '.INSTALL', '.MTREE']);
  });

  it('of a kind that is not known is refused', () => {
    const folder = temporaryFolder();
    const refused = packageOf('snap', path.join(folder, 'demo.snap'), folder);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('snap packages cannot be made here');
    expect(fs.existsSync(path.join(folder, 'demo.snap'))).toBe(false);
  });
});
