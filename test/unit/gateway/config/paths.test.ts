import { homedir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { resolvePaths } from '../../../../src-main/gateway/config/paths.ts';

describe('resolvePaths', () => {
  test('keeps our own things in a folder of their own, beside OpenClaw’s', () => {
    const paths = resolvePaths({});
    expect(paths.stateDir).toBe(path.join(homedir(), '.openclaw'));
    const own = [paths.ownConfigFile, paths.tokenFile, paths.runtimeFile, paths.lastGoodDir];
    for (const file of own) expect(path.dirname(file)).toBe(path.join(homedir(), '.openclaw', 'clawtray'));
    expect(paths.sharedConfigFiles.map((file) => path.basename(file))).toEqual([
      'openclaw.json',
      'config.toml',
      'config.yml',
    ]);
  });

  test('OPENCLAW_STATE_DIR moves everything', () => {
    const paths = resolvePaths({ OPENCLAW_STATE_DIR: '/srv/state' });
    expect(paths.profileDir).toBe(path.resolve('/srv/state/clawtray'));
    expect(paths.sharedConfigFiles[0]).toBe(path.resolve('/srv/state/openclaw.json'));
  });

  test('OPENCLAW_CONFIG_PATH names another main file and moves nothing else', () => {
    const paths = resolvePaths({ OPENCLAW_STATE_DIR: '/srv/state', OPENCLAW_CONFIG_PATH: '/etc/claw.json' });
    expect(paths.sharedConfigFiles).toEqual(
      ['/etc/claw.json', '/srv/state/config.toml', '/srv/state/config.yml'].map((file) => path.resolve(file)),
    );
  });

  test('variables that are set to nothing count as not set', () => {
    expect(resolvePaths({ OPENCLAW_STATE_DIR: '', OPENCLAW_CONFIG_PATH: '' })).toEqual(resolvePaths({}));
  });
});
