import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readPrivateFile, writePrivateFile } from '../../../../src-main/gateway/store/durable-file.ts';
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
