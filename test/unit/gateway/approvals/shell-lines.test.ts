import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { analyseCommand } from '../../../../src-main/gateway/approvals/analysis/analyse.ts';
import type { ShellKind } from '../../../../src-main/gateway/approvals/analysis/analysis.ts';
import { searchAllowlist } from '../../../../src-main/gateway/approvals/allowlist.ts';
import type { Program } from '../../../../src-main/gateway/exec/programs.ts';

interface Category {
  readonly shell: ShellKind;
  readonly verdict: 'allowed' | 'asked';
  readonly category: string;
  readonly lines: readonly string[];
}

const categories = JSON.parse(
  readFileSync(new URL('./shell-lines.json', import.meta.url), 'utf8'),
) as readonly Category[];

// A machine on which every program below is installed, and a person who was careless: everything in the system's folders
// is allowed, with any arguments.
const WORKSPACE = '/home/ana/workspace';
const SYSTEM = 'C:\\Windows\\System32';
const allowlist = [{ pattern: '/usr/bin/*' }, { pattern: '/bin/*' }, { pattern: `${SYSTEM}\\*` }];

const LINKS: Readonly<Record<string, string>> = {
  'awk-link': '/usr/bin/mawk',
  'harmless-sh': '/usr/bin/dash',
  'workspace-tool': `${WORKSPACE}/bin/tool`,
};
const UNKNOWN = new Set([
  'nosuch',
  'unknown-tool',
  'shutdown',
  'LS',
  'ls.',
  'nosuch.exe',
  'evil',
  'evil.exe',
  'x6cx73',
]);

function program(file: string, base: string): Program {
  return {
    path: file,
    writableByAll: base === 'shared-tool',
    identity: {
      realPath: LINKS[base] ?? file,
      device: '1',
      inode: '1',
      size: '1',
      modified: '1',
      changed: '1',
    },
  };
}

function findOn(shell: ShellKind) {
  return (name: string): Promise<Program | undefined> => {
    const base = name.split(/[/\\]/).at(-1) ?? '';
    if (UNKNOWN.has(base)) return Promise.resolve(undefined);
    if (shell === 'posix')
      return Promise.resolve(program(name.includes('/') ? name : `/usr/bin/${name}`, base));
    return Promise.resolve(program(name.includes('\\') ? name : `${SYSTEM}\\${name}`, base));
  };
}

async function judge(shell: ShellKind, line: string): Promise<string> {
  const result = await searchAllowlist({
    analysis: await analyseCommand(line, shell),
    allowlist,
    writableFolders: [WORKSPACE],
    find: findOn(shell),
    caseInsensitive: shell !== 'posix',
    home: '/home/ana',
  });
  return result.kind === 'allowed' ? 'allowed' : 'asked';
}

describe('shell lines', () => {
  test('are many', () => {
    expect(categories.flatMap(({ lines }) => lines).length).toBeGreaterThanOrEqual(300);
  });

  test.each(categories)('$shell, $category: $verdict', async ({ shell, verdict, lines }) => {
    const wrong: string[] = [];
    for (const line of lines) if ((await judge(shell, line)) !== verdict) wrong.push(line);
    expect(wrong).toEqual([]);
  });
});
