import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readKnownSecret, readSharedSecret } from '../../../../src-main/gateway/auth/known-secret.ts';
import { loadProfileKey } from '../../../../src-main/gateway/auth/profile-key.ts';
import { resolvePaths, type GatewayPaths } from '../../../../src-main/gateway/config/paths.ts';
import { temporaryFolder } from '../../../fakes/temporary.ts';

function profile(config?: object, token?: string): GatewayPaths {
  const paths = resolvePaths({ OPENCLAW_STATE_DIR: temporaryFolder() });
  mkdirSync(paths.profileDir, { recursive: true });
  if (config !== undefined) writeFileSync(path.join(paths.stateDir, 'openclaw.json'), JSON.stringify(config));
  if (token !== undefined) writeFileSync(paths.tokenFile, `${token}\n`);
  return paths;
}

describe('the secret that a client of this profile shows', () => {
  test('is the profile’s own token when nothing else is set', async () => {
    await expect(readKnownSecret(profile(undefined, 'oc_local_x'), {})).resolves.toBe('oc_local_x');
  });

  test('is not there before the first start, and is not made', async () => {
    const paths = profile();
    await expect(readKnownSecret(paths, {})).resolves.toBeUndefined();
    await expect(readKnownSecret(paths, {})).resolves.toBeUndefined();
  });

  test('is the configuration’s, or the environment’s before that', async () => {
    const paths = profile({ gateway: { auth: { token: 'from-config' } } }, 'oc_local_x');
    await expect(readKnownSecret(paths, {})).resolves.toBe('from-config');
    await expect(readKnownSecret(paths, { OPENCLAW_GATEWAY_TOKEN: 'a' })).resolves.toBe('a');
    await expect(
      readKnownSecret(paths, { OPENCLAW_GATEWAY_TOKEN: 'a', OPENCLAW_AUTH_TOKEN: 'b' }),
    ).resolves.toBe('b');
    await expect(readKnownSecret(paths, { OPENCLAW_AUTH_TOKEN: '' })).resolves.toBe('from-config');
  });

  test('is not the name of a variable that is not set, and not a file without content', async () => {
    const config = { gateway: { auth: { token: '${NOT_SET}' } } };
    await expect(readSharedSecret(profile(config), {})).resolves.toBeUndefined();
    await expect(readKnownSecret(profile(config, 'oc_local_x'), {})).resolves.toBe('oc_local_x');
    await expect(readKnownSecret(profile(undefined, ''), {})).resolves.toBeUndefined();
  });

  test('is the password in mode password', async () => {
    const paths = profile({ gateway: { auth: { mode: 'password', password: 'pw' } } }, 'oc_local_x');
    await expect(readSharedSecret(paths, {})).resolves.toBe('pw');
  });

  test('is never the profile’s own token towards another gateway', async () => {
    await expect(readSharedSecret(profile(undefined, 'oc_local_x'), {})).resolves.toBeUndefined();
  });
});

describe('the key of the profile', () => {
  test('is random, stays, and is made anew when its file is damaged', () => {
    const folder = temporaryFolder();
    const key = loadProfileKey(folder);
    expect(key).toHaveLength(32);
    expect(loadProfileKey(folder)).toEqual(key);
    expect(loadProfileKey(temporaryFolder())).not.toEqual(key);
    writeFileSync(path.join(folder, 'profile.key'), 'short');
    expect(loadProfileKey(folder)).toHaveLength(32);
  });
});
