import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { availableIn, installedIn } from '../../../scripts/system/apt.mjs';
import { missingFrom, requirementsFor, selectNames } from '../../../scripts/system/requirements.mjs';
import { notFoundIn } from '../../../scripts/system/usability.mjs';
import { ensureSystemPackages } from '../../../scripts/system-packages.mjs';
import { program, temporaryFolder, write } from './temporary.ts';

describe('the choice of package names', () => {
  const requirements = [['libgtk-3-0t64', 'libgtk-3-0'], ['libnotify4'], ['xvfb']];

  it('takes the old name on Debian 12, where the new one does not exist', () => {
    const policy =
      'libgtk-3-0:\n  Installed: (none)\n  Candidate: 3.24.38-2\n  Version table:\n' +
      'libnotify4:\n  Installed: 0.8.1-1\n  Candidate: 0.8.1-1\nxvfb:\n  Installed: (none)\n  Candidate: 2:21.1.7\n';
    expect(selectNames(requirements, availableIn(policy))).toEqual({
      selected: ['libgtk-3-0', 'libnotify4', 'xvfb'],
      unknown: [],
    });
  });

  it('takes the new name on Debian 13, where the old one is only provided by it', () => {
    const policy =
      'libgtk-3-0t64:\n  Installed: (none)\n  Candidate: 3.24.49-3\n' +
      'libgtk-3-0:\n  Installed: (none)\n  Candidate: (none)\n  Version table:\n' +
      'libnotify4:\n  Installed: (none)\n  Candidate: 0.8.6-1\n';
    expect(selectNames(requirements, availableIn(policy))).toEqual({
      selected: ['libgtk-3-0t64', 'libnotify4'],
      unknown: [['xvfb']],
    });
  });

  it('counts a requirement as met under any of its names', () => {
    expect(missingFrom(requirements, new Set(['libgtk-3-0', 'xvfb']))).toEqual([['libnotify4']]);
    expect(missingFrom(requirements, new Set(['libgtk-3-0t64', 'libnotify4', 'xvfb']))).toEqual([]);
  });

  it('asks for a virtual display only where there is none, and for tools only to test', () => {
    expect(requirementsFor('test', false).flat()).toContain('xvfb');
    expect(requirementsFor('test', true).flat()).not.toContain('xvfb');
    expect(requirementsFor('test', true).flat()).toContain('dbus');
    expect(requirementsFor('start', true).flat()).not.toContain('dbus');
  });

  it('does not take a removed package for an installed one', () => {
    const listing = 'libnss3 installed\nlibnss3 installed\nxvfb config-files\nxauth not-installed\n';
    expect([...installedIn(listing)]).toEqual(['libnss3']);
  });

  it('reads from ldd what does not load', () => {
    const listing =
      '\tlinux-vdso.so.1 (0x00007ffd)\n\tlibffmpeg.so => /opt/libffmpeg.so (0x1)\n' +
      '\tlibgtk-3.so.0 => not found\n\tlibgbm.so.1 => not found\n\tlibgtk-3.so.0 => not found\n';
    expect(notFoundIn(listing)).toEqual(['libgtk-3.so.0', 'libgbm.so.1']);
  });
});

/**
 * A Debian made of shell scripts: `apt-get install` notes what it is asked for and makes the library and the
 * programs appear; package lists know xvfb only after `apt-get update`.
 */
function fakeDebian() {
  const folder = temporaryFolder();
  const bin = path.join(folder, 'bin');
  const calls = path.join(folder, 'calls');
  const file = (name: string) => path.join(folder, name);
  write(calls, '');
  program(
    path.join(bin, 'apt-get'),
    `echo "$@" >> ${calls}
case "$1" in
  update) touch ${file('updated')} ;;
  install)
    if [ -e ${file('broken')} ]; then echo "E: Unable to fetch some archives" >&2; exit 100; fi
    touch ${file('installed')}
    for name in dbus-run-session xvfb-run Xvfb xauth; do ln -sf /bin/true ${bin}/$name; done ;;
esac`,
  );
  program(path.join(bin, 'dpkg-query'), `echo "libnss3 installed"; echo "libgbm1 installed"; exit 1`);
  program(
    path.join(bin, 'apt-cache'),
    `shift; for name in "$@"; do
  candidate=1.0
  case "$name" in
    *t64) candidate="(none)" ;;
    xvfb) [ -e ${file('updated')} ] || candidate="(none)" ;;
  esac
  echo "$name:"; echo "  Installed: (none)"; echo "  Candidate: $candidate"
done`,
  );
  program(
    path.join(bin, 'ldd'),
    `if [ -e ${file('installed')} ]; then echo "libgtk-3.so.0 => /lib/libgtk-3.so.0 (0x1)"
else echo "libgtk-3.so.0 => not found"; fi`,
  );
  for (const name of ['touch', 'ln']) fs.symlinkSync(`/bin/${name}`, path.join(bin, name));
  const lines: string[] = [];
  const ensure = (purpose: 'start' | 'test', extra: { userId?: number; env?: NodeJS.ProcessEnv } = {}) =>
    ensureSystemPackages({
      for: purpose,
      executable: '/electron',
      userId: extra.userId ?? 0,
      env: { PATH: bin, ...extra.env },
      log: (line) => {
        lines.push(line);
      },
    });
  return {
    ensure,
    lines,
    file,
    calls: () => fs.readFileSync(calls, 'utf8').split('\n').filter(Boolean),
    installed: () => {
      const install = fs
        .readFileSync(calls, 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('install'));
      return install.map((line) =>
        line.split(' ').filter((word) => /^(lib|fonts|x|dbus|iproute|avahi)/.test(word)),
      );
    },
  };
}

describe.runIf(process.platform === 'linux')('ensureSystemPackages', () => {
  it('installs for the tests what is missing, without a question, after updating the lists', async () => {
    const { ensure, calls, installed } = fakeDebian();
    await ensure('test');

    expect(calls().map((line) => line.split(' ')[0])).toEqual(['update', 'install']);
    expect(calls()[1]).toMatch(/^install -y .*--no-install-recommends /);
    const fonts = ['fonts-noto-core', 'fonts-dejavu-core', 'fonts-noto-cjk', 'fonts-noto-color-emoji'];
    const networks = ['iproute2', 'avahi-daemon', 'avahi-utils'];
    const libraries = ['libgtk-3-0', 'libnotify4', 'libasound2'];
    expect(installed()).toEqual([[...libraries, 'dbus', ...networks, 'xvfb', 'xauth', ...fonts]]);
  });

  it('does not update lists that know every name', async () => {
    const { ensure, calls } = fakeDebian();
    await ensure('test', { env: { DISPLAY: ':0' } });
    expect(calls().map((line) => line.split(' ')[0])).toEqual(['install']);
  });

  it('updates the lists and tries once more when they were too old to install from', async () => {
    const { ensure, calls, file, lines } = fakeDebian();
    write(file('broken'), '');

    const attempt = ensure('test', { env: { DISPLAY: ':0' } });
    await expect(attempt).rejects.toThrow(
      /cannot run; missing: the library libgtk-3\.so\.0.*dbus-run-session/s,
    );
    expect(calls().map((line) => line.split(' ')[0])).toEqual(['install', 'update', 'install']);
    expect(lines.join('\n')).toContain('Unable to fetch some archives');
  });

  it('leaves the system alone before a start for which the libraries load', async () => {
    const { ensure, calls, file } = fakeDebian();
    write(file('installed'), '');
    await ensure('start', { env: { DISPLAY: ':0' } });
    expect(calls()).toEqual([]);
  });

  it('installs only libraries for a start', async () => {
    const { ensure, installed } = fakeDebian();
    await ensure('start', { env: { DISPLAY: ':0' } });
    expect(installed()).toEqual([['libgtk-3-0', 'libnotify4', 'libasound2']]);
  });

  it('installs nothing as another user, but says exactly what to install', async () => {
    const { ensure, calls, lines } = fakeDebian();
    const attempt = ensure('test', { userId: 1000, env: { DISPLAY: ':0' } });

    await expect(attempt).rejects.toThrow(
      /Install them: sudo apt-get install .* libgtk-3-0 libnotify4 libasound2 dbus/,
    );
    expect(lines.join('\n')).toContain('only root may install them');
    expect(calls()).toEqual([]);
  });

  it('installs nothing when told so, and only complains about what is needed', async () => {
    const { ensure, calls, file } = fakeDebian();
    const env = { DISPLAY: ':0', CLAWTRAY_SKIP_SYSTEM_PACKAGES: '1' };
    await expect(ensure('start', { env })).rejects.toThrow(
      /Electron cannot start.*CLAWTRAY_SKIP_SYSTEM_PACKAGES/s,
    );

    write(file('installed'), '');
    fs.symlinkSync('/bin/true', file('bin/dbus-run-session'));
    await ensure('test', { env }); // fonts are still missing, but the tests can run
    expect(calls()).toEqual([]);
  });

  it('names the obstacles on a system without apt', async () => {
    const folder = temporaryFolder();
    program(path.join(folder, 'ldd'), 'echo "libgtk-3.so.0 => not found"');
    const attempt = ensureSystemPackages({
      for: 'test',
      executable: '/electron',
      env: { PATH: folder },
      log: () => undefined,
    });
    await expect(attempt).rejects.toThrow(/libgtk-3\.so\.0.*xvfb-run.*package manager of this system/s);
  });
});
