import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createFileLog } from '../../src-main/gateway/logs/file-log.ts';
import { rotatedName } from '../../src-main/gateway/logs/log-segments.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';

interface Bench {
  readonly client: NativeClient;
  /** The gateway's log file. */
  readonly file: string;
}

async function bench(text?: string): Promise<Bench> {
  const gateway = await startGateway();
  const file = path.join(gateway.stateDir, 'clawtray', 'logs', 'clawtray.log');
  mkdirSync(path.dirname(file));
  if (text !== undefined) writeFileSync(file, text);
  return { client: await connectNative(gateway), file };
}

describe('logs.tail', () => {
  test('answers the last lines, then those that came since', async () => {
    const { client, file } = await bench('one\ntwo\nthree\n');
    const first = await client.request('logs.tail', { limit: 2 });
    expect(first).toEqual({ file, cursor: 14, size: 14, lines: ['two', 'three'], truncated: true });
    const { cursor } = first;
    expect((await client.request('logs.tail', { cursor })).lines).toEqual([]);
    appendFileSync(file, 'four\n');
    expect(await client.request('logs.tail', { cursor })).toEqual({
      file,
      cursor: 19,
      size: 19,
      lines: ['four'],
    });
  });

  test('shows what the log says, without the secrets that it was told', async () => {
    const { client, file } = await bench();
    const log = createFileLog(file);
    log.warn('could not sign in', { token: 'SECRET-1', url: 'ws://a/?token=SECRET-2' });
    await log.flush();
    const { lines } = await client.request('logs.tail', {});
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ message: 'could not sign in', token: '[redacted]' });
    expect(lines.join()).not.toContain('SECRET');
  });

  test('a line that is still being written comes when it is whole', async () => {
    const { client, file } = await bench('one\nha');
    const { cursor, lines } = await client.request('logs.tail', {});
    expect(lines).toEqual(['one']);
    appendFileSync(file, 'lf\n');
    expect((await client.request('logs.tail', { cursor })).lines).toEqual(['half']);
  });

  test.each([
    ['shorter', 'new\n', ['new']],
    ['longer', 'a new line\nand another one\n', ['a new line', 'and another one']],
  ])('after a rotation begins again, when the new file is %s', async (_, text, lines) => {
    const { client, file } = await bench('one\ntwo\n');
    const { cursor } = await client.request('logs.tail', {});
    renameSync(file, `${file}.1`);
    expect(await client.request('logs.tail', { cursor })).toMatchObject({
      lines: [],
      reset: true,
      cursor: 0,
    });
    writeFileSync(file, text);
    expect(await client.request('logs.tail', { cursor })).toEqual({
      file,
      cursor: text.length,
      size: text.length,
      lines,
      reset: true,
    });
  });

  test('goes on where it was after a rotation, across restarts, and says what is kept no longer', async () => {
    const { client, file } = await bench('one\ntwo\n');
    const { cursor } = await client.request('logs.tail', {});
    appendFileSync(file, 'three\n');
    renameSync(file, rotatedName(file, 0));
    expect(await client.request('logs.tail', { cursor })).toMatchObject({ lines: ['three'], cursor: 14 });
    writeFileSync(file, 'four\n');
    const next = await client.request('logs.tail', { cursor });
    expect(next).toEqual({ file, cursor: 19, size: 19, lines: ['three', 'four'] });
    renameSync(file, rotatedName(file, 14));
    writeFileSync(file, 'five\n');
    expect((await client.request('logs.tail', { cursor: 19 })).lines).toEqual(['five']);
    expect((await client.request('logs.tail', { limit: 3 })).lines).toEqual(['three', 'four', 'five']);
    rmSync(rotatedName(file, 0));
    expect(await client.request('logs.tail', { cursor: 4 })).toMatchObject({
      lines: ['four', 'five'],
      truncated: true,
      skippedBytes: 10,
    });
    for (const wrong of [16, 99]) {
      const again = await client.request('logs.tail', { cursor: wrong });
      expect(again).toMatchObject({ reset: true, lines: ['four', 'five'] });
    }
  });

  test('reads no more than was asked for, and says what it left out', async () => {
    const { client } = await bench(Array.from({ length: 100 }, (_, n) => `line ${100 + n}\n`).join(''));
    const { lines, truncated, skippedBytes } = await client.request('logs.tail', { maxBytes: 25 });
    expect([lines, truncated, skippedBytes]).toEqual([['line 198', 'line 199'], true, undefined]);
    expect(await client.request('logs.tail', { cursor: 9, maxBytes: 9 })).toMatchObject({
      lines: ['line 199'],
      truncated: true,
      skippedBytes: 882,
    });
  });

  test('goes on behind a line that is longer than what may be read', async () => {
    const { client, file } = await bench('x'.repeat(50));
    const { cursor, lines } = await client.request('logs.tail', { maxBytes: 20 });
    expect(lines).toEqual([]);
    appendFileSync(file, 'x\nnext\n');
    const { lines: next } = await client.request('logs.tail', { cursor, maxBytes: 20 });
    expect(next).toEqual(['next']);
  });

  test('is empty when there is no file', async () => {
    const { client, file } = await bench();
    await expect(client.request('logs.tail', {})).resolves.toEqual({ file, cursor: 0, size: 0, lines: [] });
  });

  test.each([
    { limit: 0 },
    { limit: 5_001 },
    { maxBytes: 1_000_001 },
    { cursor: -1 },
    { file: '/etc/passwd' },
  ])('refuses %j', async (params) => {
    const { client } = await bench('one\n');
    expect((await client.refusal('logs.tail', params)).error.code).toBe('INVALID_REQUEST');
  });
});
