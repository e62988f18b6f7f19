import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { rotatedName } from '../../src-main/gateway/logs/log-segments.ts';
import { useCli } from '../fakes/cli-process.ts';
import { temporaryFolder } from '../fakes/temporary.ts';

const cli = useCli();

const line = (level: string, message: string, more: object = {}): string =>
  `${JSON.stringify({ level, time: '2026-11-21T09:00:00.000Z', pid: 1, message, ...more })}\n`;

function logOf(stateDir: string): string {
  const file = path.join(stateDir, 'clawtray', 'logs', 'clawtray.log');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(
    file,
    line('debug', 'small') +
      line('warn', 'odd \u001b[31m', { port: 7 }) +
      'no JSON\u0007\n' +
      line('error', 'bad'),
  );
  return file;
}

test('clawtray logs shows the end of the log, from a level on, also when no gateway runs', async () => {
  const stateDir = temporaryFolder();
  logOf(stateDir);
  const all = cli(stateDir, 'logs');
  expect(await all.exited, all.problems()).toBe(0);
  const [first = '', second = '', third = '', last = ''] = all.output().split('\n');
  expect(first).toMatch(/^2026-11-21 \d{2}:00:00 DEBUG small$/);
  expect(second).toMatch(/ WARN {2}odd \\u001b\[31m port=7$/);
  expect(third).toBe('no JSON\\u0007');
  expect(last).toMatch(/ ERROR bad$/);
  const few = cli(stateDir, 'logs', '--level', 'warn', '--lines', '1', '--json');
  expect(await few.exited).toBe(0);
  expect(few.output()).toBe(line('error', 'bad'));
  const empty = cli(temporaryFolder(), 'logs');
  expect(await empty.exited).toBe(0);
  expect(empty.output()).toBe('');
  expect(await cli(stateDir, 'logs', '--level', 'loud').exited).toBe(2);
});

test('clawtray logs --follow shows what comes, across a rotation, until Ctrl+C', async () => {
  const stateDir = temporaryFolder();
  const file = logOf(stateDir);
  const follow = cli(stateDir, 'logs', '--follow', '--level', 'error');
  await follow.sees(/ERROR bad/);
  appendFileSync(file, line('error', 'before') + line('info', 'unseen'));
  renameSync(file, rotatedName(file, 0));
  writeFileSync(file, line('error', 'after'));
  await follow.sees(/ERROR before\n.*ERROR after/);
  expect(follow.output()).not.toContain('unseen');
  expect(await follow.interrupt()).toBe(0);
});
