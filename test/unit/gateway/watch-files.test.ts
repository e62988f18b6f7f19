import {
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { stampFiles, watchFiles } from '../../../src-main/gateway/watch-files.ts';
import { temporaryFolder } from '../../fakes/temporary.ts';

function setUp() {
  const folder = temporaryFolder();
  const file = path.join(folder, 'config.json');
  const onChange = vi.fn();
  const watch = (...files: readonly string[]): void => {
    onTestFinished(watchFiles(files, onChange));
  };
  return { folder, file, onChange, watch };
}

const told = (onChange: ReturnType<typeof vi.fn>): Promise<void> =>
  vi.waitFor(
    () => {
      expect(onChange).toHaveBeenCalled();
    },
    { timeout: 8_000 },
  );

describe('a change is told', () => {
  test('also when it comes at once, keeps the size, and swaps nothing', async () => {
    const { file, onChange, watch } = setUp();
    writeFileSync(file, 'old');
    watch(file);
    writeFileSync(file, 'new');
    await told(onChange);
  });

  test('also when it came before somebody began to watch, but after the look', async () => {
    const { file, onChange } = setUp();
    writeFileSync(file, 'old');
    const stamps = stampFiles([file]);
    writeFileSync(file, 'new!');
    onTestFinished(watchFiles([file], onChange, stamps));
    await told(onChange);
  });

  test('when the file was not there, and when it goes', async () => {
    const { file, onChange, watch } = setUp();
    watch(file);
    writeFileSync(file, 'new');
    await told(onChange);
    onChange.mockClear();
    rmSync(file);
    await told(onChange);
  });

  test('when a link points elsewhere, to a file of the same size and time', async () => {
    const { folder, file, onChange, watch } = setUp();
    const targets = ['a', 'b'].map((name) => path.join(folder, name));
    for (const target of targets) {
      writeFileSync(target, 'same');
      utimesSync(target, 1_000, 1_000);
    }
    symlinkSync(targets[0] ?? '', file);
    watch(file);
    symlinkSync(targets[1] ?? '', `${file}.new`);
    renameSync(`${file}.new`, file);
    expect(statSync(file).mtimeMs).toBe(1_000_000);
    await told(onChange);
  });

  test('once for all files that change together', async () => {
    const { folder, onChange, watch } = setUp();
    const files = ['one', 'two', 'three'].map((name) => path.join(folder, name));
    watch(...files);
    for (const file of files) writeFileSync(file, 'new');
    await told(onChange);
    expect(onChange).toHaveBeenCalledTimes(1);
  });
});

test('a folder that is a file, or that may not be looked into, is no reason to end', async () => {
  const { folder, file, onChange, watch } = setUp();
  writeFileSync(file, 'x');
  const locked = path.join(folder, 'locked');
  mkdirSync(locked);
  chmodSync(locked, 0o000);
  onTestFinished(() => {
    chmodSync(locked, 0o700);
  });
  watch(path.join(file, 'below'), path.join(locked, 'inside'), file);
  writeFileSync(file, 'changed');
  await told(onChange);
});
