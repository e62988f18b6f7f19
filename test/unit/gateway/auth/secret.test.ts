import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  OpenToNetworkError,
  resolveSecret,
  WeakSecretError,
  type SecretSources,
} from '../../../../src-main/gateway/auth/secret.ts';
import { temporaryFolder } from '../../../fakes/temporary.ts';

function sources(given: Partial<SecretSources> = {}): SecretSources {
  return {
    env: {},
    config: {},
    tokenFile: path.join(temporaryFolder(), 'clawtray', 'token'),
    reachable: false,
    ...given,
  };
}

describe('the token of the profile', () => {
  test('is made on the first start, is long, and only its owner can read it', () => {
    const given = sources();
    const secret = resolveSecret(given);
    expect(secret.mode).toBe('token');
    expect(secret.reveal()).toMatch(/^oc_local_[A-Za-z0-9_-]{43}$/);
    expect(readFileSync(given.tokenFile, 'utf8').trim()).toBe(secret.reveal());
    expect(statSync(given.tokenFile).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(given.tokenFile)).mode & 0o777).toBe(0o700);
  });

  test('is the same on the second start, and another one for another profile', () => {
    const given = sources();
    const first = resolveSecret(given).reveal();
    expect(resolveSecret(given).reveal()).toBe(first);
    expect(resolveSecret(sources()).reveal()).not.toBe(first);
  });

  test('is made anew when its file is empty', () => {
    const given = sources({ tokenFile: path.join(temporaryFolder(), 'token') });
    writeFileSync(given.tokenFile, '\n');
    expect(resolveSecret(given).reveal()).toMatch(/^oc_local_/);
  });
});

describe('which secret holds', () => {
  const config = { auth: { token: 'from-config' } };
  const env = { OPENCLAW_GATEWAY_TOKEN: 'from-env' };

  test('the command line’s before the environment’s before the configuration’s before the profile’s own', () => {
    expect(resolveSecret(sources({ token: 'from-flag', env, config })).reveal()).toBe('from-flag');
    expect(resolveSecret(sources({ env, config })).reveal()).toBe('from-env');
    expect(resolveSecret(sources({ config })).reveal()).toBe('from-config');
  });

  test('a token for this start turns sign-in on that the configuration turned off', () => {
    for (const auth of [{ mode: 'none' as const }, { enabled: false }]) {
      expect(resolveSecret(sources({ config: { auth } })).mode).toBe('none');
      expect(resolveSecret(sources({ config: { auth }, env })).mode).toBe('token');
      expect(resolveSecret(sources({ config: { auth }, token: 'from-flag' })).mode).toBe('token');
    }
  });

  test('in mode password the password, of the configuration or of the environment', () => {
    const auth = { mode: 'password' as const };
    const secret = resolveSecret(sources({ config: { auth: { ...auth, password: 'pw-1' } }, env }));
    expect(secret).toMatchObject({ mode: 'password' });
    expect(secret.matches('pw-1')).toBe(true);
    const fromEnv = resolveSecret(sources({ config: { auth }, env: { OPENCLAW_GATEWAY_PASSWORD: 'pw-2' } }));
    expect(fromEnv.matches('pw-2')).toBe(true);
  });

  test('nothing matches in mode none', () => {
    const secret = resolveSecret(sources({ config: { auth: { mode: 'none', token: 'x' } } }));
    expect(['x', '', undefined].some((candidate) => secret.matches(candidate))).toBe(false);
    expect(secret.reveal()).toBeUndefined();
  });

  test('a gateway that other computers reach does not do without', () => {
    const open = sources({ config: { auth: { mode: 'none' } }, reachable: true });
    expect(() => resolveSecret(open)).toThrow(OpenToNetworkError);
    expect(resolveSecret({ ...open, token: 'from-flag' }).mode).toBe('token');
  });
});

describe('comparing', () => {
  const secret = resolveSecret({
    token: 'correct horse',
    env: {},
    config: {},
    tokenFile: '/not/read',
    reachable: false,
  });

  test.each([
    '',
    'correct',
    'correct horse ',
    'Correct horse',
    'correct horse\0',
    'x'.repeat(1_000_000),
    undefined,
  ])('refuses %.20j', (candidate) => {
    expect(secret.matches(candidate)).toBe(false);
  });

  test('accepts the secret itself', () => {
    expect(secret.matches('correct horse')).toBe(true);
  });
});

describe('a secret that somebody forgot to fill in', () => {
  test.each(['', '  ', 'undefined', 'null', 'changeme', 'your-auth-token'])(
    '%j is refused from everywhere',
    (weak) => {
      const from = [
        sources({ token: weak }),
        sources({ env: { OPENCLAW_GATEWAY_TOKEN: weak } }),
        sources({ config: { auth: { token: weak } } }),
        sources({ config: { auth: { mode: 'password', password: weak } } }),
      ];
      for (const given of from) expect(() => resolveSecret(given)).toThrow(WeakSecretError);
    },
  );

  test('is refused with the place where it stands', () => {
    const given = sources({ env: { OPENCLAW_GATEWAY_TOKEN: '' } });
    expect(() => resolveSecret(given)).toThrow(
      /^The secret in OPENCLAW_GATEWAY_TOKEN is empty or a placeholder\./,
    );
  });

  test.each(['${OPENCLAW_AUTH_TOKEN}', ' ${OPENCLAW_GATEWAY_TOKEN} '])(
    'the name %s of a variable that is not set is no secret',
    (text) => {
      expect(() => resolveSecret(sources({ config: { auth: { token: text } } }))).toThrow(WeakSecretError);
      const password = sources({ config: { auth: { mode: 'password', password: text } } });
      expect(() => resolveSecret(password)).toThrow(WeakSecretError);
    },
  );

  test('a variable that is not set is told by its name, with what to do', () => {
    const token = sources({ config: { auth: { token: 'x-${MY_TOKEN}' } } });
    expect(() => resolveSecret(token)).toThrow(
      /gateway\.auth\.token is taken from the environment variable MY_TOKEN, which is not set\. Set the variable, .* get one made/,
    );
    const password = sources({ config: { auth: { mode: 'password', password: '${MY_PASSWORD}' } } });
    expect(() => resolveSecret(password)).toThrow(/MY_PASSWORD, which is not set.*sign in with a token/);
  });

  test('a password that is missing is refused', () => {
    expect(() => resolveSecret(sources({ config: { auth: { mode: 'password' } } }))).toThrow(WeakSecretError);
  });
});
