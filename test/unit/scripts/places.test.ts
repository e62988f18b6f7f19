import { describe, expect, it } from 'vitest';
import { hasDisplay } from '../../../scripts/lib/display.mjs';
import { npmCommand } from '../../../scripts/lib/npm.mjs';
import { cacheFolder } from '../../../scripts/lib/paths.mjs';

describe('the display', () => {
  it.each([
    ['linux', {}, false],
    ['linux', { DISPLAY: '' }, false],
    ['linux', { DISPLAY: ':0' }, true],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
    ['freebsd', {}, false],
    ['darwin', {}, true],
    ['win32', {}, true],
  ] as const)('on %s with %j: %s', (platform, env, expected) => {
    expect(hasDisplay(env, platform)).toBe(expected);
  });
});

describe('the cache folder', () => {
  it('is where the platform keeps caches', () => {
    expect(cacheFolder({ HOME: '/home/a' }, 'linux')).toBe('/home/a/.cache/clawtray');
    expect(cacheFolder({ HOME: '/home/a', XDG_CACHE_HOME: '/var/c' }, 'linux')).toBe('/var/c/clawtray');
    expect(cacheFolder({ HOME: '/Users/a' }, 'darwin')).toBe('/Users/a/Library/Caches/clawtray');
  });

  it('ignores a relative XDG_CACHE_HOME, as its specification says', () => {
    expect(cacheFolder({ HOME: '/home/a', XDG_CACHE_HOME: 'c' }, 'linux')).toBe('/home/a/.cache/clawtray');
  });

  it('is what CLAWTRAY_CACHE_DIR says', () => {
    const env = { HOME: '/home/a', XDG_CACHE_HOME: '/var/c', CLAWTRAY_CACHE_DIR: '/tmp/mine' };
    expect(cacheFolder(env, 'linux')).toBe('/tmp/mine');
  });
});

describe('npm', () => {
  it('is the one that runs us, by this Node', () => {
    expect(npmCommand(['ci'], { npm_execpath: '/opt/npm/bin/npm-cli.js' })).toEqual({
      command: process.execPath,
      args: ['/opt/npm/bin/npm-cli.js', 'ci'],
      shell: false,
    });
  });

  it('is the one in PATH when another package manager, or none, runs us', () => {
    expect(npmCommand(['ci'], { npm_execpath: '/opt/yarn.js' })).toMatchObject({
      command: 'npm',
      args: ['ci'],
    });
    expect(npmCommand(['ci'], {})).toMatchObject({ command: 'npm', args: ['ci'] });
  });
});
