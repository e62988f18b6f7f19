import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  createWorkspaceFiles,
  type WorkspaceFiles,
} from '../../../../src-main/gateway/agents/workspace-files.ts';
import { temporaryFolder } from '../../../fakes/temporary.ts';

function setting(): { root: string; secret: string; files: WorkspaceFiles } {
  const folder = temporaryFolder();
  const root = path.join(folder, 'workspace');
  mkdirSync(root);
  const secret = path.join(folder, 'secret.txt');
  writeFileSync(secret, 'hunter2');
  mkdirSync(path.join(folder, 'workspace-other'));
  return { root, secret, files: createWorkspaceFiles(root) };
}

const never = new AbortController().signal;

describe('files of a workspace', () => {
  test('are written with the folders above them, and read again', async () => {
    const { root, files } = setting();
    await files.write('a/b/c.txt', 'hi');
    await expect(files.read('a/b/c.txt')).resolves.toBe('hi');
    await files.write(path.join(root, 'a/b/c.txt'), 'ho');
    await expect(files.read('./a/../a/b/c.txt')).resolves.toBe('ho');
    expect(statSync(path.join(root, 'a/b/c.txt')).mode & 0o777).toBe(0o600);
    await expect(files.list('a')).resolves.toEqual({ names: ['b/'], more: false });
  });

  test.each([
    '../secret.txt',
    '/etc/passwd',
    'a/../../secret.txt',
    '../workspace-other/x',
    '~/../../../etc/passwd/..',
  ])('are nowhere else: %s', async (file) => {
    const { files, secret } = setting();
    await expect(files.read(file)).rejects.toThrow(/outside of the workspace|is not there/);
    if (!file.startsWith('~'))
      await expect(files.write(file, 'x')).rejects.toThrow('outside of the workspace');
    expect(readFileSync(secret, 'utf8')).toBe('hunter2');
  });

  test('are nowhere else by way of links either', async () => {
    const { root, files, secret } = setting();
    symlinkSync(secret, path.join(root, 'link.txt'));
    symlinkSync(path.dirname(root), path.join(root, 'up'));
    symlinkSync('/nowhere', path.join(root, 'broken'));
    for (const file of ['link.txt', 'up/secret.txt', 'up/new.txt', 'up/deep/new.txt']) {
      await expect(files.read(file), file).rejects.toThrow(/outside of the workspace|is not there/);
      await expect(files.write(file, 'x'), file).rejects.toThrow('outside of the workspace');
    }
    await expect(files.write('broken', 'x')).rejects.toThrow('is not there');
    await expect(files.list('up')).rejects.toThrow('outside');
    await expect(files.search('hunter2', '.', never)).resolves.toEqual({ hits: [], complete: true });
    expect(readFileSync(secret, 'utf8')).toBe('hunter2');
  });

  test('that are no text, too long or no files are refused in words', async () => {
    const { root, files } = setting();
    writeFileSync(path.join(root, 'binary'), Buffer.from([1, 0, 2]));
    writeFileSync(path.join(root, 'long'), 'x'.repeat(3_000_000));
    mkdirSync(path.join(root, 'folder'));
    await expect(files.read('binary')).rejects.toThrow('is no text');
    await expect(files.read('long')).rejects.toThrow('longer than');
    await expect(files.write('long', 'x'.repeat(3_000_000))).rejects.toThrow('longer than');
    await expect(files.read('folder')).rejects.toThrow('is a folder');
    await expect(files.write('folder', 'x')).rejects.toThrow('is a folder');
    await expect(files.read('a\0b')).rejects.toThrow('NUL');
    await expect(files.read('nothing')).rejects.toThrow('nothing is not there.');
  });

  test('are searched for words, in any case, within bounds', async () => {
    const { root, files } = setting();
    await files.write('notes/a.txt', 'one\nTwo words\n');
    await files.write('b.txt', 'two words (.*) [');
    mkdirSync(path.join(root, 'node_modules'));
    writeFileSync(path.join(root, 'node_modules/x'), 'two words');
    await expect(files.search('two WORDS', '.', never)).resolves.toEqual({
      hits: [
        { file: 'b.txt', line: 1, text: 'two words (.*) [' },
        { file: 'notes/a.txt', line: 2, text: 'Two words' },
      ],
      complete: true,
    });
    await expect(files.search('(.*) [', 'b.txt', never)).resolves.toMatchObject({
      hits: [{ file: 'b.txt' }],
    });
    await files.write('many.txt', 'x\n'.repeat(500));
    const { hits } = await files.search('x', 'many.txt', never);
    expect(hits).toHaveLength(200);
  });
});
