import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createFileLog } from '../../../src-main/gateway/logs/file-log.ts';
import { rotatedLogs } from '../../../src-main/gateway/logs/log-segments.ts';
import { RecordingLog } from '../../fakes/recording-log.ts';
import { temporaryFolder } from '../../fakes/temporary.ts';

describe('the log file', () => {
  test('has every line, also those from before it was open, and passes them on', async () => {
    const also = new RecordingLog();
    const log = createFileLog(path.join(temporaryFolder(), 'clawtray.log'), also);
    log.info('first', { a: 1 });
    await log.flush();
    log.error('second');
    await log.flush();
    const lines = readFileSync(log.file, 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { message: 'first', a: 1, level: 'info', _meta: { logLevelName: 'INFO' } },
      { message: 'second', level: 'error' },
    ]);
    expect(also.lines.map(({ message }) => message)).toEqual(['first', 'second']);
  });

  test('is for its owner only', async () => {
    const log = createFileLog(path.join(temporaryFolder(), 'logs', 'clawtray.log'));
    log.info('x');
    await log.flush();
    expect(statSync(log.file).mode & 0o777).toBe(0o600);
  });

  test('has no secrets in it, wherever a field with one stands', async () => {
    const log = createFileLog(path.join(temporaryFolder(), 'clawtray.log'));
    log.info('signing in', {
      token: 'SECRET-1',
      auth: { password: 'SECRET-2', bootstrapToken: 'SECRET-3' },
      request: { params: { auth: { token: 'SECRET-4' } } },
    });
    await log.flush();
    expect(readFileSync(log.file, 'utf8')).not.toContain('SECRET');
  });

  test('tells the console no secrets either', () => {
    const also = new RecordingLog();
    createFileLog(path.join(temporaryFolder(), 'clawtray.log'), also).info('reached ws://a/?token=SECRET-1', {
      token: 'SECRET-2',
    });
    expect(also.text).toContain('reached');
    expect(also.text).not.toContain('SECRET');
  });

  test('does not grow without end: some files before it are kept, by where they begin', async () => {
    const folder = temporaryFolder();
    const log = createFileLog(path.join(folder, 'clawtray.log'));
    await log.flush();
    for (let line = 0; line < 4_000; line += 1) log.info(`line ${line}`, { text: 'x'.repeat(9_000) });
    await log.flush();
    const rotated = rotatedLogs(log.file);
    expect(rotated).toHaveLength(4);
    expect(readdirSync(folder)).toHaveLength(5);
    for (const [n, { start, size }] of rotated.entries()) {
      expect(size).toBeLessThan(5_100_000);
      if (n > 0) expect(start).toBe((rotated[n - 1]?.start ?? 0) + (rotated[n - 1]?.size ?? 0));
    }
    expect(statSync(log.file).size).toBeLessThan(5_100_000);
    const last = readFileSync(log.file, 'utf8').trim().split('\n').at(-1) ?? '';
    expect(JSON.parse(last)).toMatchObject({ message: 'line 3999' });
  });

  test('does not stop anybody when there is nowhere to write', async () => {
    const log = createFileLog('/dev/null/logs/clawtray.log');
    log.error('nobody hears this');
    await expect(log.flush()).resolves.toBeUndefined();
  });
});
