import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  readPrivateFile,
  replaceFile,
  writePrivateFile,
} from '../../../../src-main/gateway/store/durable-file.ts';
import { StoreUnavailableError } from '../../../../src-main/gateway/store/open-store.ts';
import { temporaryFolder } from '../../../fakes/temporary.ts';

describe('a small file of the profile', () => {
  test('is written whole, for its owner only, and leaves nothing else behind', () => {
    const folder = path.join(temporaryFolder(), 'clawtray');
    const file = path.join(folder, 'token');
    writePrivateFile(file, 'first');
    writePrivateFile(file, 'second');
    expect(readPrivateFile(file)).toBe('second');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['token']);
  });

  test('is undefined when there is none', () => {
    expect(readPrivateFile(path.join(temporaryFolder(), 'token'))).toBeUndefined();
  });

  test('that cannot be written says so in words, and what was there before stays', () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'token'));
    writeFileSync(path.join(folder, 'token', 'inside'), 'kept');
    expect(() => {
      writePrivateFile(path.join(folder, 'token'), 'x');
    }).toThrow(StoreUnavailableError);
    expect(() => readPrivateFile(path.join(folder, 'token'))).toThrow(/OPENCLAW_STATE_DIR/);
    expect(readFileSync(path.join(folder, 'token', 'inside'), 'utf8')).toBe('kept');
    expect(readdirSync(folder)).toEqual(['token']);
  });
});

describe('a file that is replaced', () => {
  test('is new for its owner only, and keeps who may read it', async () => {
    const folder = temporaryFolder();
    const [made, kept] = [path.join(folder, 'made'), path.join(folder, 'kept')];
    writeFileSync(kept, 'first');
    chmodSync(kept, 0o640);
    await Promise.all([replaceFile(made, 'x'), replaceFile(kept, Buffer.from('second'))]);
    expect(readFileSync(kept, 'utf8')).toBe('second');
    if (process.platform !== 'win32')
      expect([made, kept].map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o640]);
    expect(readdirSync(folder).sort()).toEqual(['kept', 'made']);
  });

  test('leaves what was there, and nothing else, when that fails', async () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'place'));
    await expect(replaceFile(path.join(folder, 'place'), 'x')).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(['place']);
    expect(statSync(path.join(folder, 'place')).isDirectory()).toBe(true);
  });
});
