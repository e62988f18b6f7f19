// What lies where in an OpenClaw home of the time before its own databases: conversations per agent, jobs, command rules.
// Reads only, and only ordinary files.

import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { errorText } from '../../shared/logger.ts';
import { DEFAULT_AGENT_ID } from '../../shared/session-key.ts';

/** A folder with `sessions.json` and the transcripts that it names. */
export interface SessionFolder {
  readonly agentId: string;
  readonly folder: string;
  /** Where the folder lies in the home, to be told. */
  readonly name: string;
}

const INDEX = 'sessions.json';
const MAX_INDEX_BYTES = 100_000_000;
const MAX_AGENTS = 1_000;
const AGENT_FOLDER = /^[a-z0-9][a-z0-9_-]{0,63}$/i;

export function sessionFolders(home: string): readonly SessionFolder[] {
  const agents = namesIn(path.join(home, 'agents'))
    .filter((agentId) => AGENT_FOLDER.test(agentId))
    .slice(0, MAX_AGENTS)
    .map((agentId) => ({ agentId, name: `agents/${agentId}/sessions` }));
  // Before there were several agents.
  return [...agents, { agentId: DEFAULT_AGENT_ID, name: 'sessions' }]
    .map(({ agentId, name }) => ({ agentId, name, folder: path.join(home, ...name.split('/')) }))
    .filter(({ folder }) => isFile(path.join(folder, INDEX)) || namesIn(folder).some(isTranscript));
}

/** Whether there is anything to take over; quick enough for every start. */
export function hasHome(home: string): boolean {
  return (
    sessionFolders(home).some(({ folder }) => isFile(path.join(folder, INDEX))) ||
    jobsFile(home) !== undefined
  );
}

export function jobsFile(home: string): string | undefined {
  const file = path.join(home, 'cron', 'jobs.json');
  return isFile(file) ? file : undefined;
}

/** The rules about commands, if there are any. */
export function rulesFile(home: string): string | undefined {
  const file = path.join(home, 'exec-approvals.json');
  return isFile(file) ? file : undefined;
}

/** What this gateway does not take, by name, with the reason. */
export function otherParts(home: string): readonly { readonly what: string; readonly reason: string }[] {
  const newer = [
    path.join('state', 'openclaw.sqlite'),
    ...namesIn(path.join(home, 'agents')).map((id) =>
      path.join('agents', id, 'agent', 'openclaw-agent.sqlite'),
    ),
  ].filter((name) => isFile(path.join(home, name)));
  return [
    ...newer.map((what) => ({
      what,
      reason: 'a newer OpenClaw keeps this in a database of its own, which is not read',
    })),
  ];
}

/** @returns the entries by their key, or what is wrong with the file; nothing when there is none */
export function readIndex(
  folder: string,
): { readonly entries: JsonObject } | { readonly reason: string } | undefined {
  const file = path.join(folder, INDEX);
  if (!isFile(file)) return undefined;
  return readJson(file, (value) =>
    isJsonObject(value) ? { entries: value } : { reason: 'it holds no list of sessions' },
  );
}

export function readJson<T>(file: string, see: (value: unknown) => T): T | { readonly reason: string } {
  try {
    if (statSync(file).size > MAX_INDEX_BYTES) return { reason: 'it is too large' };
    return see(JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, '')));
  } catch (error) {
    return { reason: `it cannot be read (${errorText(error)})` };
  }
}

/** The transcript of a session, wherever its entry says it is, as long as that is in the home. */
export function transcriptOf(
  home: string,
  folder: string,
  sessionId: string,
  said: unknown,
): string | undefined {
  const names = [
    ...(typeof said === 'string' ? [path.resolve(folder, said)] : []),
    ...(isPlainName(sessionId) ? [path.join(folder, `${sessionId}.jsonl`)] : []),
    ...(isPlainName(sessionId)
      ? namesIn(folder)
          .filter((name) => name.startsWith(`${sessionId}-topic-`) && isTranscript(name))
          .map((name) => path.join(folder, name))
      : []),
  ];
  return names.find((file) => isFile(file) && isWithin(home, file));
}

/** Transcripts that are not among those given. */
export function otherTranscripts(folder: string, known: ReadonlySet<string>): number {
  return namesIn(folder).filter((name) => isTranscript(name) && !known.has(path.join(folder, name))).length;
}

export function sizeOf(file: string): number {
  return statSync(file).size;
}

const isTranscript = (name: string): boolean => name.endsWith('.jsonl');
const isPlainName = (name: string): boolean => /^[\w.-]{1,128}$/.test(name) && !name.startsWith('.');

/** Pipes and devices would never come to an end. */
function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

function isWithin(home: string, file: string): boolean {
  const from = path.relative(realpathSync(home), realpathSync(file));
  return from !== '' && !from.startsWith('..') && !path.isAbsolute(from);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
