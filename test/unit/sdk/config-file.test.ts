import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { getConfig } from '../../../src-main/sdk/node/config-file.ts';
import { temporaryFolder } from '../../fakes/temporary.ts';

function read(text: string, env: Record<string, string> = {}): ReturnType<typeof getConfig> {
  const file = path.join(temporaryFolder(), 'config.yaml');
  writeFileSync(file, text);
  return getConfig(file, env);
}

const DEFAULTS = {
  url: 'ws://127.0.0.1:18789',
  token: undefined,
  reconnectMaxAttempts: 10,
  reconnectBaseDelay: 1,
  reconnectMaxDelay: 60,
};

describe('the configuration file', () => {
  test('has the reference’s keys, and may have those of others', () => {
    const config = read(`
      twilio:
        account_sid: \${TWILIO_ACCOUNT_SID}
      gateway:
        url: "wss://gateway:443/ws"
        reconnect_max_attempts: 3
        reconnect_base_delay: 0.5
        reconnect_max_delay: 30.0
        something_new: true
    `);
    expect(config).toEqual({
      gateway: {
        url: 'wss://gateway:443/ws',
        token: undefined,
        reconnectMaxAttempts: 3,
        reconnectBaseDelay: 0.5,
        reconnectMaxDelay: 30,
      },
    });
  });

  test.each(['', '# nothing', 'gateway:', 'gateway: {}', 'other: 1'])('with %j has the defaults', (text) => {
    expect(read(text)).toEqual({ gateway: DEFAULTS });
  });

  test('takes the other spelling, too', () => {
    expect(read('gateway: { reconnectMaxAttempts: 3 }').gateway.reconnectMaxAttempts).toBe(3);
  });

  test.each([
    ['gateway: { token: a }', { OPENCLAW_AUTH_TOKEN: 'b' }, 'a'],
    ['gateway: { token: "${MY_TOKEN}" }', { MY_TOKEN: 'c' }, 'c'],
    ['gateway: {}', { OPENCLAW_AUTH_TOKEN: 'b' }, 'b'],
  ])('%j with %j has the token %s', (text, env, token) => {
    expect(read(text, env).gateway.token).toBe(token);
  });

  test.each([
    ['gateway: [1]', 'gateway must be a group of keys'],
    ['- 1', 'gateway must be a group of keys'],
    [
      'gateway: { url: "http://x?token=s" }',
      'gateway.url must look like ws://127.0.0.1:18789 or wss://host:port',
    ],
    ['gateway: { url: 7 }', 'gateway.url must be a text'],
    ['gateway: { reconnect_max_attempts: ten }', 'gateway.reconnect_max_attempts must be a whole number'],
    ['gateway: { reconnect_max_attempts: -1 }', 'gateway.reconnect_max_attempts must be 0 or more'],
    ['gateway: { reconnect_base_delay: -1 }', 'gateway.reconnect_base_delay must be 0 or more seconds'],
    ['gateway: { reconnect_max_delay: soon }', 'gateway.reconnect_max_delay must be a number of seconds'],
    ['gateway: { reconnect_max_delay: .inf }', 'gateway.reconnect_max_delay must be a number of seconds'],
    [
      'gateway: { url: "${NOT_SET}" }',
      'gateway.url needs the environment variable NOT_SET, which is not set',
    ],
    ['gateway: {', 'line 1'],
    ['gateway: *nobody', 'nobody'],
  ])('%j is refused: %s', (text, reason) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ name: 'ConfigError' }) as Error);
    expect(() => read(text)).toThrow(reason);
    expect(() => read(text)).toThrow(/^config\.yaml: /);
  });

  test('that is not there is told by its name', () => {
    expect(() => getConfig('/nowhere/client.yaml', {})).toThrow('client.yaml: cannot be read (ENOENT)');
  });
});
