import { describe, expect, test } from 'vitest';
import { readTxt, writeTxt } from '../../../src-main/discovery/txt-record.ts';

const bytes = (...strings: readonly string[]): Uint8Array[] => strings.map((text) => Buffer.from(text));
const about = { displayName: 'desk', host: 'desk.local', version: '1.2.3' };
const FINGERPRINT = Array.from({ length: 32 }, () => 'AB').join(':');

describe('what our gateway tells', () => {
  test('is what a client needs, and no version', () => {
    expect(writeTxt({ mode: 'minimal', port: 18789 }, about)).toEqual({
      role: 'gateway',
      transport: 'gateway',
      displayName: 'desk',
      lanHost: 'desk.local',
      gatewayPort: '18789',
      gatewayDirectReachable: '1',
    });
  });

  test('with TLS its fingerprint; in full its version', () => {
    const txt = writeTxt({ mode: 'full', port: 1, certificate: FINGERPRINT }, about);
    expect(txt).toMatchObject({ gatewayTls: '1', gatewayTlsSha256: 'ab'.repeat(32), version: '1.2.3' });
  });

  test('is read back as it was meant', () => {
    const txt = writeTxt({ mode: 'full', port: 1, certificate: FINGERPRINT }, about);
    expect(readTxt(bytes(...Object.entries(txt).map(([key, value]) => `${key}=${value}`)))).toEqual({
      name: 'desk',
      tls: true,
      fingerprint: 'ab'.repeat(32),
      direct: true,
      version: '1.2.3',
    });
  });
});

describe('what strangers tell', () => {
  const nothing = { tls: false, direct: false };

  test.each<[string, Uint8Array[]]>([
    ['nothing', []],
    ['empty strings', bytes('', '', '')],
    ['keys without values', bytes('gatewayTls', 'displayName', '=x', '=')],
    ['no UTF-8', [Uint8Array.of(0xff, 0xfe, 0x3d, 0xff), Uint8Array.of(0)]],
    ['other yes-words', bytes('gatewayTls=true', 'gatewayDirectReachable=yes', 'gatewayTls=1')],
    ['a fingerprint that is none', bytes('gatewayTlsSha256=zz', 'GATEWAYTLSSHA256=' + 'ab'.repeat(32))],
    ['the names of prototypes', bytes('__proto__=1', 'constructor=1', 'toString=x')],
  ])('%s: nothing is understood, nothing breaks', (_what, strings) => {
    expect(readTxt(strings)).toEqual(nothing);
  });

  test('names hide and reorder nothing, and are short', () => {
    const { name } = readTxt(bytes(`displayName=\u202Egnp.exe\u0000${'y'.repeat(300)}`));
    expect(name).toMatch(/^gnp\.exe y+$/);
    expect(name?.length).toBeLessThanOrEqual(64);
  });

  test('a hundred thousand strings cost no more than the first', () => {
    const strings = Array.from({ length: 100_000 }, (_, index) => Buffer.from(`k${index}=v`));
    expect(readTxt([...strings, ...bytes('gatewayTls=1')])).toEqual(nothing);
  });
});
