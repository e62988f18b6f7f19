// An automation as a person writes it down, and what the gateway is asked for. Pure.

import type {
  CronAddParams,
  CronJob,
  CronPatch,
  CronPayload,
  CronSchedule,
} from '../../../src-main/shared/protocol/cron.ts';
import { argvOf, textOfCommand } from './command-text.ts';

export const DRAFT_KINDS = ['reminder', 'agent', 'command'] as const;
type DraftKind = (typeof DRAFT_KINDS)[number];

export interface AutomationDraft {
  readonly name: string;
  /** A reminder is told as it is written; an agent is asked; a command is run, if it may. */
  readonly kind: DraftKind;
  readonly text: string;
  /** `undefined`: not written yet; for a job that exists, as it was. */
  readonly schedule: CronSchedule | undefined;
}

export function draftOf(job: CronJob | undefined): AutomationDraft {
  if (job === undefined) return { name: '', kind: 'reminder', text: '', schedule: undefined };
  const { name, payload } = job;
  return { name, ...writtenOf(payload), schedule: undefined };
}

function writtenOf(payload: CronPayload): Pick<AutomationDraft, 'kind' | 'text'> {
  switch (payload.kind) {
    case 'systemEvent':
      return { kind: 'reminder', text: payload.text };
    case 'agentTurn':
      return { kind: 'agent', text: payload.message };
    case 'command':
      return { kind: 'command', text: textOfCommand(payload.argv) };
  }
}

const LONGEST_NAME = 80;

export function paramsFor(draft: AutomationDraft, schedule: CronSchedule): CronAddParams {
  const { kind, text } = draft;
  return {
    name: nameOf(draft),
    schedule,
    sessionTarget: kind === 'reminder' ? 'main' : 'isolated',
    wakeMode: 'now',
    payload: payloadOf(kind, text),
  };
}

function payloadOf(kind: DraftKind, text: string): CronPayload {
  switch (kind) {
    case 'reminder':
      return { kind: 'systemEvent', text };
    case 'agent':
      return { kind: 'agentTurn', message: text };
    case 'command':
      return { kind: 'command', argv: argvOf(text) };
  }
}

/** Only what changed. */
export function patchFor(job: CronJob, draft: AutomationDraft): CronPatch {
  const before = draftOf(job);
  const { kind, text, schedule } = draft;
  const name = nameOf(draft);
  return {
    ...(name === before.name ? {} : { name }),
    ...(text === before.text ? {} : { payload: payloadOf(kind, text) }),
    ...(schedule === undefined ? {} : { schedule }),
  };
}

/** Without a name it is called after what it says. */
function nameOf({ name, text }: AutomationDraft): string {
  const given = name.trim();
  if (given !== '') return given;
  const [line = ''] = text.trim().split('\n');
  return line.length > LONGEST_NAME ? `${line.slice(0, LONGEST_NAME - 1)}…` : line;
}
