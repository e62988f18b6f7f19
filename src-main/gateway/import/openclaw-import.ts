// Takes over the conversations and jobs of an OpenClaw home, which stays as it is. What was taken once is known again by its
// ids, so a second time only takes what is new. Owns no tables: sessions and jobs are stored by their owners.

import { statSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { GatewayError } from '../../shared/errors.ts';
import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import type { ImportParams, ImportResult, ImportSkipped } from '../../shared/protocol/import.ts';
import { agentOfSession, resolveSessionKey, sessionName } from '../../shared/session-key.ts';
import type { ExecPolicy } from '../approvals/exec-policy.ts';
import { acceptSchedule } from '../cron/schedule.ts';
import type { CronService } from '../cron/cron-service.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { Store } from '../store/open-store.ts';
import type { ArchivedTranscriptsRepository } from '../store/repositories/archived-transcripts.ts';
import type { SettingsRepository } from '../store/repositories/settings.ts';
import {
  hasHome,
  jobsFile,
  otherParts,
  otherTranscripts,
  readIndex,
  readJson,
  rulesFile,
  sessionFolders,
  sizeOf,
  transcriptOf,
  type SessionFolder,
} from './home.ts';
import { legacyJobs } from './legacy-jobs.ts';
import { legacyRules } from './legacy-rules.ts';
import { readLines } from './read-lines.ts';
import { readTranscript, type ImportedMessage } from './transcript.ts';

export interface OpenClawImport {
  /**
   * @throws GatewayError `invalid-params` for a folder that is none; `unavailable` while another import runs or storage fails
   */
  run(params: ImportParams): Promise<ImportResult>;
  /** Says once, in the inbox, that there is something to take over. */
  offer(): Promise<void>;
}

export interface ImportDeps {
  readonly store: Store;
  readonly sessions: SessionService;
  readonly archive: ArchivedTranscriptsRepository;
  readonly cron: Pick<CronService, 'add' | 'find'>;
  readonly notifications: NotificationService;
  readonly settings: SettingsRepository;
  readonly execPolicy: Pick<ExecPolicy, 'addRules' | 'hasRule'>;
  /** Whether the agent can answer here. */
  readonly knowsAgent: (agentId: string) => boolean;
  readonly stateDir: string;
  /** IANA zone of this machine. */
  readonly hostZone: string;
  readonly now: () => number;
  readonly log: Logger;
}

const MAX_SKIPPED = 200;
const MAX_TRANSCRIPT_BYTES = 512_000_000;
/** Longest line of a transcript that is read, characters: an image of twenty megabytes is one line. */
const MAX_LINE = 32_000_000;
/** Messages of one write, so that others have their turn in between. */
const BATCH = 200;
/** The setting that says that the home was offered or taken. */
const SEEN = 'openclaw-import';

interface Progress {
  readonly dryRun: boolean;
  readonly sessions: { taken: number; already: number; messages: number };
  readonly jobs: { taken: number; already: number };
  readonly rules: { taken: number; already: number };
  readonly skipped: ImportSkipped[];
  skippedMore: number;
  readonly notes: Set<string>;
}

export function createOpenClawImport(deps: ImportDeps): OpenClawImport {
  const {
    store,
    sessions,
    archive,
    cron,
    notifications,
    settings,
    execPolicy,
    knowsAgent,
    stateDir,
    hostZone,
    now,
    log,
  } = deps;
  let running = false;

  async function takeAll(home: string, dryRun: boolean): Promise<ImportResult> {
    const progress: Progress = {
      dryRun,
      sessions: { taken: 0, already: 0, messages: 0 },
      jobs: { taken: 0, already: 0 },
      rules: { taken: 0, already: 0 },
      skipped: [],
      skippedMore: 0,
      notes: new Set(),
    };
    for (const folder of sessionFolders(home)) await takeFolder(home, folder, progress);
    await takeJobs(home, progress);
    takeRules(home, progress);
    for (const { what, reason } of otherParts(home)) skip(progress, what, reason);
    if (!dryRun)
      await store.write(() => {
        settings.set(SEEN, { takenAt: now() }, now());
      });
    const { sessions: taken, jobs, rules, skipped, skippedMore } = progress;
    const notes = [...progress.notes];
    return { from: home, dryRun, sessions: taken, jobs, rules, skipped, skippedMore, notes };
  }

  async function takeFolder(
    home: string,
    { agentId, folder, name }: SessionFolder,
    progress: Progress,
  ): Promise<void> {
    const index = readIndex(folder);
    if (index !== undefined && 'reason' in index) skip(progress, `${name}/sessions.json`, index.reason);
    const entries = index !== undefined && 'entries' in index ? Object.entries(index.entries) : [];
    const known = new Set<string>();
    for (const [key, entry] of entries) {
      const what = `${name}: ${key.slice(0, 200)}`;
      try {
        await takeSession({ home, folder, agentId, key, entry, what, known }, progress);
      } catch (error) {
        // Storage that fails fails for all that comes after, too.
        if (error instanceof GatewayError && error.kind === 'unavailable') throw error;
        skip(progress, what, errorText(error));
      }
      await nextTurn();
    }
    const others = otherTranscripts(folder, known);
    if (others > 0)
      skip(
        progress,
        `${name}: ${others} transcripts`,
        'no session names them; they are from conversations that were begun anew',
      );
  }

  async function takeSession(
    session: {
      readonly home: string;
      readonly folder: string;
      readonly agentId: string;
      readonly key: string;
      readonly entry: unknown;
      readonly what: string;
      readonly known: Set<string>;
    },
    progress: Progress,
  ): Promise<void> {
    const { home, folder, entry, what, known } = session;
    const sessionId = isJsonObject(entry) ? entry['sessionId'] : undefined;
    if (!isJsonObject(entry) || typeof sessionId !== 'string' || sessionId === '') {
      skip(progress, what, 'its entry names no transcript');
      return;
    }
    const file = transcriptOf(home, folder, sessionId, entry['sessionFile']);
    if (file === undefined) {
      skip(progress, what, 'its transcript is not there');
      return;
    }
    known.add(file);
    if (/:cron:[^:]+:run:/.test(session.key)) {
      skip(progress, what, 'it is a single run of an automation');
      return;
    }
    if (archive.has(sessionId)) {
      skip(progress, what, 'it was taken over before, and then begun anew or deleted here');
      return;
    }
    if (sizeOf(file) > MAX_TRANSCRIPT_BYTES) {
      skip(progress, what, 'its transcript is too large');
      return;
    }
    const wanted = resolveSessionKey(session.key, session.agentId);
    const { messages, brokenLines, abandoned, leftOut } = await readTranscript(
      sessionId,
      readLines(file, MAX_LINE),
    );
    if (brokenLines > 0) skip(progress, `${what}: ${brokenLines} lines`, 'they are broken or too long');
    if (abandoned > 0)
      skip(progress, `${what}: ${abandoned} messages`, 'the conversation left them for another way');
    if (leftOut > 0)
      skip(progress, `${what}: ${leftOut} attachments`, 'they stand as a word in their message');
    if (messages.length === 0) {
      skip(progress, what, 'nothing was said in it');
      return;
    }
    await keep(keyFor(wanted, sessionId), sessionId, entry, messages, progress);
    if (!knowsAgent(agentOfSession(wanted)))
      progress.notes.add(
        `There is no agent "${agentOfSession(wanted)}" here yet; its conversations can be read, and gone on with once there is one.`,
      );
  }

  /** A conversation that is there already under this key is left alone; the other one stands beside it. */
  function keyFor(wanted: string, sessionId: string): string {
    const beside = `agent:${agentOfSession(wanted)}:${sessionName(wanted)}-openclaw`;
    const candidates = [wanted, beside, `${beside}-${sessionId.slice(0, 8)}`, `${beside}-${sessionId}`];
    const own = candidates.find((key) => sessions.find(key)?.sessionId === sessionId);
    const free = candidates.find((key) => sessions.find(key) === undefined);
    const key = own ?? free;
    if (key === undefined) throw new Error('there is no key left for it');
    return key;
  }

  async function keep(
    key: string,
    sessionId: string,
    entry: JsonObject,
    messages: readonly ImportedMessage[],
    progress: Progress,
  ): Promise<void> {
    const fresh = messages.filter(({ id }) => !sessions.hasMessage(id));
    if (fresh.length === 0) {
      progress.sessions.already += 1;
      return;
    }
    progress.sessions.taken += 1;
    progress.sessions.messages += fresh.length;
    if (progress.dryRun) return;
    const label = labelOf(entry);
    const createdAt = messages[0]?.message.timestamp ?? now();
    for (let from = 0; from < fresh.length; from += BATCH) {
      await store.write(() => {
        sessions.restore({ key, sessionId, label, createdAt }, fresh.slice(from, from + BATCH));
      });
    }
    sessions.announce(key, [], 'import');
  }

  async function takeJobs(home: string, progress: Progress): Promise<void> {
    const file = jobsFile(home);
    if (file === undefined) return;
    const jobs = readJson(
      file,
      (value) => legacyJobs(value, now()) ?? { reason: 'it holds no list of jobs' },
    );
    if ('reason' in jobs) {
      skip(progress, 'cron/jobs.json', jobs.reason);
      return;
    }
    for (const job of jobs) {
      if ('reason' in job) skip(progress, `automation "${job.name}"`, job.reason);
      else if (cron.find(job.id) !== undefined) progress.jobs.already += 1;
      else await takeJob(job.id, job.params, progress, job.lost);
    }
    if (progress.jobs.taken > 0)
      progress.notes.add(
        'Automations were taken over as they are, enabled or not. If OpenClaw goes on running, switch them off in one of the two.',
      );
  }

  async function takeJob(
    id: string,
    params: Parameters<CronService['add']>[0],
    progress: Progress,
    lost: readonly string[],
  ): Promise<void> {
    const what = `automation "${params.name}"`;
    try {
      acceptSchedule(params.schedule, now(), hostZone);
      if (!progress.dryRun) await cron.add(params, id);
      progress.jobs.taken += 1;
      if (lost.length > 0) skip(progress, what, `it was taken without ${lost.join(' and ')}`);
    } catch (error) {
      if (error instanceof GatewayError && error.kind === 'unavailable') throw error;
      skip(progress, what, errorText(error));
    }
  }

  function takeRules(home: string, progress: Progress): void {
    const file = rulesFile(home);
    if (file === undefined) return;
    const rules = readJson(
      file,
      (value) => legacyRules(value) ?? { reason: 'it holds no rules about commands' },
    );
    if ('reason' in rules) {
      skip(progress, 'exec-approvals.json', rules.reason);
      return;
    }
    for (const rule of rules) {
      if ('reason' in rule) skip(progress, `rule "${rule.pattern}" of ${rule.agentId}`, rule.reason);
      else if (execPolicy.hasRule(rule.agentId, rule.entry)) progress.rules.already += 1;
      else {
        progress.rules.taken += 1;
        if (!progress.dryRun) execPolicy.addRules(rule.agentId, [rule.entry]);
      }
    }
    if (progress.rules.taken > 0)
      progress.notes.add(
        'Rules about commands were taken over, but not how much OpenClaw asked: here you are asked about everything else. “clawtray approvals allowlist” shows them, “revoke” takes them back.',
      );
  }

  return {
    run: async ({ from, dryRun = false }) => {
      const home = from === undefined ? stateDir : path.normalize(from);
      if (!path.isAbsolute(home) || statSync(home, { throwIfNoEntry: false })?.isDirectory() !== true)
        throw new GatewayError('invalid-params', `There is no folder ${home} on the gateway’s computer.`);
      if (running) throw new GatewayError('unavailable', 'Another import is running.', { retryable: true });
      running = true;
      try {
        const result = await takeAll(home, dryRun);
        log.info('an OpenClaw home was taken over', {
          dryRun,
          sessions: result.sessions.taken,
          jobs: result.jobs.taken,
        });
        return result;
      } finally {
        running = false;
      }
    },

    offer: async () => {
      if (settings.get(SEEN) !== undefined || !hasHome(stateDir)) return;
      const notification = await store.write(() => {
        settings.set(SEEN, { offeredAt: now() }, now());
        return notifications.store({
          kind: 'message',
          title: 'Conversations from OpenClaw',
          body: 'OpenClaw has kept conversations or automations on this computer. To take them over: clawtray import (with --dry-run it only says what it would take).',
        });
      });
      notifications.announce(notification);
    },
  };
}

function labelOf(entry: JsonObject): string | undefined {
  const named = [entry['label'], entry['displayName'], entry['subject']].find(
    (value) => typeof value === 'string' && value.trim() !== '',
  );
  return typeof named === 'string' ? named.trim().slice(0, 512) : undefined;
}

function skip(progress: Progress, what: string, reason: string): void {
  if (progress.skipped.length < MAX_SKIPPED) progress.skipped.push({ what, reason });
  else progress.skippedMore += 1;
}
