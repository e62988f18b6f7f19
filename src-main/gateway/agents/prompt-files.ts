// The files of a workspace by which the agent is told who it is and what to do, as they stand in the prompt: those that
// are there, each cut to a bound and all of them to another.

import { errorText } from '../../shared/logger.ts';
import type { AgentFileName, Workspace } from './workspace.ts';

export interface PromptFile {
  readonly name: string;
  readonly text: string;
}

/** In this order. HEARTBEAT.md is told with the heartbeat alone. */
const TOLD: readonly AgentFileName[] = [
  'AGENTS.md',
  'SOUL.md',
  'IDENTITY.md',
  'USER.md',
  'TOOLS.md',
  'BOOTSTRAP.md',
];
/** Characters. The first one is OpenClaw's. */
const MAX_FILE = 20_000;
const MAX_ALL = 60_000;
/** No character takes more bytes. */
const BYTES_EACH = 4;

/** @param withMemory also MEMORY.md, which is not for every conversation */
export async function readPromptFiles(
  workspace: Workspace,
  withMemory: boolean,
): Promise<readonly PromptFile[]> {
  const names: readonly AgentFileName[] = withMemory ? [...TOLD, 'MEMORY.md'] : TOLD;
  const found = await Promise.all(names.map((name) => readOne(workspace, name)));
  let left = MAX_ALL;
  return found.flatMap((file) => {
    if (file === undefined) return [];
    const text = cut(file.text, Math.min(MAX_FILE, left), file.more);
    left = Math.max(0, left - text.length);
    return [{ name: file.name, text }];
  });
}

async function readOne(
  workspace: Workspace,
  name: AgentFileName,
): Promise<(PromptFile & { readonly more: boolean }) | undefined> {
  try {
    const bytes = MAX_FILE * BYTES_EACH;
    const file = await workspace.beginning(name, bytes);
    const text = file?.text.trim() ?? '';
    return file === undefined || text === '' ? undefined : { name, text, more: file.size > bytes };
  } catch (error) {
    // The agent works on without it, and can say why.
    return { name, text: `[This file could not be read: ${errorText(error)}]`, more: false };
  }
}

function cut(text: string, length: number, more: boolean): string {
  if (text.length <= length && !more) return text;
  const kept = text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
  return `${kept}\n[The rest of this file is left out: it is too long.]`;
}
