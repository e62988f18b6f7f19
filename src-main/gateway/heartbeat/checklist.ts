// HEARTBEAT.md of an agent: where it lies, what is in it, and whether there is anything to check.

import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { GatewayError } from '../../shared/errors.ts';

export interface Checklist {
  readonly text: string;
  /** Its lines that ask for something. */
  readonly items: readonly string[];
}

/**
 * Reads a checklist; `undefined` when there is no file.
 * @throws GatewayError `unavailable`
 */
export type ChecklistReader = (agentId: string) => Promise<Checklist | undefined>;

/** OpenClaw's bound; the rest of a longer file is not read. */
const MAX_BYTES = 262_144;

/** @param workspaceOf the folder of an agent, which is known */
export function createChecklistReader(workspaceOf: (agentId: string) => string): ChecklistReader {
  return async (agentId) => {
    const text = await readBeginning(path.join(workspaceOf(agentId), 'HEARTBEAT.md'));
    return text === undefined ? undefined : { text, items: itemsOf(text) };
  };
}

async function readBeginning(file: string): Promise<string | undefined> {
  try {
    // Whatever else has that name could make the reader wait for ever.
    if (!(await stat(file)).isFile()) return undefined;
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_BYTES), 0, MAX_BYTES, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new GatewayError('unavailable', `HEARTBEAT.md cannot be read (${code ?? 'unknown error'}).`);
  }
}

/** A heading, a comment, a rule, or a bullet without words asks for nothing. */
const SAYS_NOTHING = /^(?:#{1,6}(?:\s.*)?|(?:[-*_]\s*){3,}|[-*+]\s*(?:\[[ xX]?\])?|\d+[.)]|```.*)$/;

function itemsOf(text: string): readonly string[] {
  return text
    .replace(/<!--[\s\S]*?(?:-->|$)/g, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !SAYS_NOTHING.test(line));
}
