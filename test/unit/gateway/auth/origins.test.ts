import { describe, expect, test } from 'vitest';
import { createOriginPolicy, isLoopbackAddress } from '../../../../src-main/gateway/auth/origins.ts';

const policy = createOriginPolicy({
  network: () => [],
  port: () => 18789,
  secure: false,
  allowedOrigins: () => ['https://claw.example', 'http://box.local:8080'],
});

describe('an origin may connect', () => {
  test.each([
    undefined,
    'app://clawtray',
    'http://127.0.0.1:18789',
    'http://localhost:18789',
    'http://[::1]:18789',
    'https://claw.example',
    'http://box.local:8080',
  ])('%s', (origin) => {
    expect(policy.allowsOrigin(origin)).toBe(true);
  });

  test('on the port of HTTP itself without naming it', () => {
    const common = { network: () => [], allowedOrigins: () => [] };
    const plain = createOriginPolicy({ ...common, port: () => 80, secure: false });
    expect(plain.allowsOrigin('http://localhost')).toBe(true);
    const secure = createOriginPolicy({ ...common, port: () => 443, secure: true });
    expect(secure.allowsOrigin('https://localhost')).toBe(true);
  });

  test('over TLS as https, and then only so', () => {
    const secure = createOriginPolicy({
      network: () => [],
      port: () => 18789,
      secure: true,
      allowedOrigins: () => [],
    });
    expect(secure.allowsOrigin('https://127.0.0.1:18789')).toBe(true);
    expect(secure.allowsOrigin('http://127.0.0.1:18789')).toBe(false);
  });
});

describe('an origin may not connect', () => {
  test.each([
    'null',
    '',
    'https://evil.example',
    'http://127.0.0.1',
    'http://127.0.0.1:18790',
    'http://127.0.0.1:1878',
    'http://127.0.0.1:187890',
    'https://127.0.0.1:18789',
    'http://127.0.0.1:18789/',
    'http://127.0.0.1:18789/path',
    'http://127.0.0.1:18789.evil.example',
    'http://127.0.0.1.evil.example:18789',
    'http://localhost.evil.example:18789',
    'http://evil-localhost:18789',
    'http://localhost.:18789',
    'http://LOCALHOST:18789',
    'http://localhost@evil.example:18789',
    'http://evil.example@localhost:18789',
    'http://user:pass@127.0.0.1:18789',
    'http://127.0.0.1:18789@evil.example',
    'http://127.0.0.1:18789#evil.example',
    'http://127.0.0.1:18789?x',
    'http://127.1:18789',
    'http://2130706433:18789',
    'http://0x7f000001:18789',
    'http://127.0.0.2:18789',
    'http://0.0.0.0:18789',
    'http://[::]:18789',
    'http://[::ffff:127.0.0.1]:18789',
    'http://[::1%25lo]:18789',
    'http://192.168.1.2:18789',
    'https://claw.example.evil.example',
    'https://evil.example/https://claw.example',
    'https://claw.example:8443',
    'http://claw.example',
    'https://sub.claw.example',
    'https://claw.example.',
    'https://CLAW.example',
    'app://clawtray.evil',
    'app://clawtray/',
    'app://evil',
    'file://',
    'chrome-extension://abcdefghijklmnop',
    'data:text/html,x',
    'http://127.0.0.1:18789, https://evil.example',
    'http://127.0.0.1:18789 ',
    '*',
    'javascript:alert(1)',
  ])('%j', (origin) => {
    expect(policy.allowsOrigin(origin)).toBe(false);
  });
});

describe('a host that we serve', () => {
  test.each([
    '127.0.0.1:18789',
    '127.0.0.1',
    'localhost:18789',
    'LocalHost:18789',
    '[::1]:18789',
    '[::1]',
    'localhost:9999',
  ])('%s', (host) => {
    expect(policy.allowsHost(host)).toBe(true);
  });
});

describe('a host that we do not serve', () => {
  test.each([
    undefined,
    '',
    'evil.example',
    'evil.example:18789',
    // DNS rebinding: these resolve to 127.0.0.1.
    '127.0.0.1.nip.io:18789',
    'localtest.me:18789',
    'rebind.evil.example:18789',
    'localhost.evil.example:18789',
    'evil.localhost:18789',
    'localhost.:18789',
    '127.0.0.1.:18789',
    '127.1:18789',
    '2130706433:18789',
    '0x7f.0.0.1:18789',
    '127.0.0.2:18789',
    '0.0.0.0:18789',
    '[::]:18789',
    '[::ffff:127.0.0.1]:18789',
    'user@127.0.0.1:18789',
    'localhost@evil.example',
    '127.0.0.1:18789/path',
    '127.0.0.1:18789#x',
    '127.0.0.1:18789?x',
    '127.0.0.1:port',
    '127.0.0.1:99999',
    '127.0.0.1:18789, evil.example',
    '127.0.0.1 evil.example',
    '::1',
    '[::1',
    '\u0000',
  ])('%j', (host) => {
    expect(policy.allowsHost(host)).toBe(false);
  });
});

describe('isLoopbackAddress', () => {
  test.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'])('%s is this machine', (address) => {
    expect(isLoopbackAddress(address)).toBe(true);
  });

  test.each([
    undefined,
    '',
    '10.0.0.1',
    '::',
    '::2',
    '::ffff:10.0.0.1',
    '1270.0.0.1',
    '12.7.0.1',
    'fe80::1',
    'unknown',
  ])('%s is not', (address) => {
    expect(isLoopbackAddress(address)).toBe(false);
  });
});

describe('while other computers can reach the gateway', () => {
  const open = createOriginPolicy({
    network: () => ['192.168.1.5', 'fd00::5', 'desk', 'desk.local'],
    port: () => 18789,
    secure: true,
    allowedOrigins: () => ['https://claw.example'],
  });

  test.each([
    '192.168.1.5:18789',
    '[fd00::5]:18789',
    'desk.local:18789',
    'DESK:18789',
    'claw.example',
    '203.0.113.9:18789',
    'localhost:18789',
  ])('the host %s is served', (host) => {
    expect(open.allowsHost(host)).toBe(true);
  });

  test.each(['evil.example:18789', 'desk.local.evil.example', '192.168.1.5.evil.example', ''])(
    'the host %s is not: it may be rebound',
    (host) => {
      expect(open.allowsHost(host)).toBe(false);
    },
  );

  test('pages of its own addresses are its own, pages of another computer are not', () => {
    expect(open.isOwn('https://192.168.1.5:18789')).toBe(true);
    expect(open.isOwn('https://[fd00::5]:18789')).toBe(true);
    expect(open.allowsOrigin('https://192.168.1.66:18789')).toBe(false);
    expect(open.allowsOrigin('http://192.168.1.5:18789')).toBe(false);
  });
});
