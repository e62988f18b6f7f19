import { describe, expect, test } from 'vitest';
import { redactFields, redactText } from '../../../src-main/gateway/logs/redact.ts';
import { workOf } from '../../fakes/work-time.ts';

const SECRET = 'SECRET-1';
const text = (fields: Record<string, unknown>): string => JSON.stringify(redactFields(fields));

describe('a field that holds a secret', () => {
  test.each([
    'token',
    'accessToken',
    'refresh_token',
    'OPENCLAW_GATEWAY_TOKEN',
    'id-token',
    'tokens',
    'bootstrapToken',
    'ticket',
    'password',
    'Passwd',
    'db_password',
    'passphrase',
    'pwd',
    'secret',
    'clientSecret',
    'authorization',
    'Proxy-Authorization',
    'apiKey',
    'api_key',
    'X-API-Key',
    'APIKEY',
    'privateKey',
    'cookie',
    'Set-Cookie',
    'credentials',
    'jwt',
  ])('%s is left out, whatever it holds', (name) => {
    expect(text({ [name]: SECRET })).not.toContain(SECRET);
    expect(text({ [name]: { value: [SECRET] } })).not.toContain(SECRET);
    expect(text({ request: [{ headers: new Map([[name, SECRET]]) }] })).not.toContain(SECRET);
  });

  test.each(['sessionKey', 'publicKey', 'tokenFile', 'auth', 'key', 'error', 'bypass'])(
    '%s is none',
    (name) => {
      expect(text({ [name]: 'told' })).toContain('told');
    },
  );

  test('is left out at every depth, and nothing is told below what a line can bear', () => {
    let deep: unknown = { token: SECRET };
    for (let level = 0; level < 50; level += 1) deep = { deep };
    expect(text({ deep })).not.toContain(SECRET);
    expect(text({ a: { b: { c: { d: { token: SECRET, told: 1 } } } } })).toContain('"told":1');
  });

  test('says whether it was there, and how many tokens a model used', () => {
    expect(redactFields({ token: undefined, hasPassword: false, outputTokens: 7 })).toEqual({
      token: undefined,
      hasPassword: false,
      outputTokens: 7,
    });
  });
});

describe('text', () => {
  test.each([
    ['ws://127.0.0.1:1/?token=SECRET-1&x=1', 'ws://127.0.0.1:1/?token=[redacted]&x=1'],
    ['https://a/?api_key=SECRET-1#top', 'https://a/?api_key=[redacted]#top'],
    ['Authorization: Bearer SECRET-1abc.def', 'Authorization: Bearer [redacted]'],
    ['it is oc_local_SECRET-1_x, really', 'it is [redacted], really'],
    ['the token is missing', 'the token is missing'],
  ])('%s', (given, told) => {
    expect(redactText(given)).toBe(told);
    expect(redactFields({ error: given })).toEqual({ error: told });
  });
});

describe('other values', () => {
  test('are told in a form that a log can hold', () => {
    const error = new Error('went wrong with ?token=SECRET-1', { cause: { password: SECRET } });
    const told = redactFields({ error, url: new URL('ws://a/?ticket=SECRET-1'), bytes: new Uint8Array(5) });
    expect(told).toMatchObject({
      error: { name: 'Error', message: 'went wrong with ?token=[redacted]' },
      url: 'ws://a/?ticket=[redacted]',
      bytes: '[5 bytes]',
    });
    expect(JSON.stringify(told)).not.toContain(SECRET);
  });

  test('that contain themselves come to an end', () => {
    const self: Record<string, unknown> = { a: 1 };
    self['self'] = self;
    expect(text({ self }).length).toBeLessThan(1_000);
  });

  test('are not changed themselves', () => {
    const fields = { auth: { token: SECRET } };
    redactFields(fields);
    expect(fields.auth.token).toBe(SECRET);
  });
});

describe('the cost of a line', () => {
  test.each([
    ['a huge list', { list: Array.from({ length: 1_000_000 }, () => ({ a: 1 })) }],
    ['a long text', { error: 'x'.repeat(20_000_000) }],
    ['a text of almost secrets', { error: '?token&'.repeat(1_000_000) }],
    [
      'a tree that grows in all directions',
      (() => {
        let tree: unknown = 1;
        for (let level = 0; level < 40; level += 1) tree = { left: tree, right: tree };
        return { tree };
      })(),
    ],
  ])('is bounded for %s', async (_what, fields) => {
    const work = await workOf(() => {
      expect(text(fields).length).toBeLessThan(50_000);
    });
    expect(work).toBeLessThan(200);
  });
});

describe('a key that stands in a text', () => {
  test.each([
    'sk-proj-abcdefghijklmnop1234',
    'sk-ant-api03-abcdefghijklmnop',
    'ghp_abcdefghijklmnopqrst0123456789',
    'github_pat_11ABCDEFG0abcdefghijk',
    'xoxb-123456789012-abcdefgh',
    'AIzaSyA1234567890abcdefghijklmnopqrstuv',
  ])('%s is left out', (key) => {
    expect(redactText(`Incorrect API key provided: ${key}.`)).toBe('Incorrect API key provided: [redacted].');
  });

  test.each(['sk-1', 'the task-force of skiing', 'pk_id', 'risk-assessment-of-everything-here'])(
    '%s is no key',
    (words) => {
      expect(redactText(words)).toBe(words);
    },
  );
});
