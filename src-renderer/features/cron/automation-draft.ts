// An automation as a person writes it down, and what the gateway is asked for. Pure.

import type {
  CronAddParams,
  CronJob,
  CronPatch,
  CronSchedule,
} from '../../../src-main/shared/protocol/cron.ts';

export interface AutomationDraft {
  readonly name: string;
  /** A reminder is told as it is written; an agent is asked. */
  readonly kind: 'reminder' | 'agent';
  readonly text: string;
  /** `undefined`: not written yet; for a job that exists, as it was. */
  readonly schedule: CronSchedule | undefined;
}

export function draftOf(job: CronJob | undefined): AutomationDraft {
  if (job === undefined) return { name: '', kind: 'reminder', text: '', schedule: undefined };
  const { name, payload } = job;
  const written =
    payload.kind === 'agentTurn'
      ? ({ kind: 'agent', text: payload.message } as const)
      : ({ kind: 'reminder', text: payload.text } as const);
  return { name, ...written, schedule: undefined };
}

const LONGEST_NAME = 80;

export function paramsFor(draft: AutomationDraft, schedule: CronSchedule): CronAddParams {
  const { kind, text } = draft;
  return {
    name: nameOf(draft),
    schedule,
    sessionTarget: kind === 'reminder' ? 'main' : 'isolated',
    wakeMode: 'now',
    payload: kind === 'reminder' ? { kind: 'systemEvent', text } : { kind: 'agentTurn', message: text },
  };
}

/** Only what changed. */
export function patchFor(job: CronJob, draft: AutomationDraft): CronPatch {
  const before = draftOf(job);
  const { kind, text, schedule } = draft;
  const name = nameOf(draft);
  return {
    ...(name === before.name ? {} : { name }),
    ...(text === before.text
      ? {}
      : {
          payload:
            kind === 'reminder'
              ? { kind: 'systemEvent' as const, text }
              : { kind: 'agentTurn' as const, message: text },
        }),
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
