import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { withLock } from '../../../scripts/lib/lock.mjs';
import { root } from '../../../scripts/lib/paths.mjs';
import { run, start } from './processes.ts';
import { temporaryFolder, write } from './temporary.ts';

const lockModule = JSON.stringify(path.join(root, 'scripts', 'lib', 'lock.mjs'));

/** A process that runs `work` under the lock. */
function holder(folder: string, work: string): string[] {
  const script = `import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
const { withLock } = await import(${lockModule});
await withLock(${JSON.stringify(folder)}, async () => { ${work} });`;
  return ['--input-type=module', '-e', script];
}

describe('the lock', () => {
  it('lets one process in at a time', async () => {
    const folder = temporaryFolder();
    const counter = write(path.join(folder, 'counter'), '0');
    const file = JSON.stringify(counter);
    // Reading, waiting and writing back loses counts unless nobody else is in.
    const work = `const n = Number(fs.readFileSync(${file}, 'utf8')); await sleep(40); fs.writeFileSync(${file}, String(n + 1));`;
    const args = holder(path.join(folder, 'lock'), work);

    const results = await Promise.all(Array.from({ length: 6 }, () => run(process.execPath, args)));
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(fs.readFileSync(counter, 'utf8')).toBe('6');
    expect(fs.readdirSync(folder)).toEqual(['counter']);
  });

  it('is free again when the work fails', async () => {
    const lock = path.join(temporaryFolder(), 'lock');
    await expect(withLock(lock, () => Promise.reject(new Error('work failed')))).rejects.toThrow(
      'work failed',
    );
    expect(await withLock(lock, () => Promise.resolve('in'))).toBe('in');
  });

  it('is taken over from a process that was killed', async () => {
    const folder = temporaryFolder();
    const lock = path.join(folder, 'lock');
    const killed = start(process.execPath, holder(lock, "console.log('in'); await sleep(60_000);"));
    await killed.says('in');
    killed.child.kill('SIGKILL');
    await killed.finished;

    const waitedFor: number[] = [];
    const started = performance.now();
    await withLock(lock, () => Promise.resolve(), { onWait: (pid) => waitedFor.push(pid) });
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(waitedFor).toEqual([]);
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it('is not taken from a living process, and says whom it waits for', async () => {
    const lock = path.join(temporaryFolder(), 'lock');
    const living = start(process.execPath, holder(lock, "console.log('in'); await sleep(1_000);"));
    await living.says('in');

    const waitedFor: number[] = [];
    const started = performance.now();
    await withLock(lock, () => Promise.resolve(), { onWait: (pid) => waitedFor.push(pid) });
    expect(performance.now() - started).toBeGreaterThan(500);
    expect(waitedFor).toEqual([living.child.pid]);
  });

  it('is taken over from another machine that gives no sign of life, but not from one that does', async () => {
    const lock = path.join(temporaryFolder(), 'lock');
    const owner = write(
      path.join(lock, 'owner.json'),
      JSON.stringify({ pid: 1, host: 'another', token: 'its' }),
    );
    const beating = setInterval(() => {
      fs.utimesSync(owner, new Date(), new Date());
    }, 50);
    let entered = false;
    const waiting = withLock(
      lock,
      async () => {
        entered = true;
      },
      { silenceMs: 400 },
    );

    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(entered).toBe(false);
    clearInterval(beating);
    await waiting;
    expect(entered).toBe(true);
  });

  it('is taken over when it does not say whose it is', async () => {
    const lock = path.join(temporaryFolder(), 'lock');
    write(path.join(lock, 'owner.json'), '');
    await withLock(lock, () => Promise.resolve(), { silenceMs: 200 });
    expect(fs.existsSync(lock)).toBe(false);
  });
});
