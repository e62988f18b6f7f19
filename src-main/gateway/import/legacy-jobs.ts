// `cron/jobs.json` in all the forms that it had over time, as jobs of ours. Pure.

import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import type { CronAddParams, CronPayload, CronSchedule } from '../../shared/protocol/cron.ts';

/** Commands were approved elsewhere, if at all. */
type ImportedPayload = Exclude<CronPayload, { kind: 'command' }>;

export interface LegacyJob {
  readonly id: string;
  readonly params: CronAddParams;
  /** What the job had and loses. */
  readonly lost: readonly string[];
}

export interface Unusable {
  readonly name: string;
  readonly reason: string;
}

const MAX_JOBS = 20_000;
const MAX_NAME = 200;

/** @returns undefined when the file holds no list of jobs */
export function legacyJobs(value: unknown, now: number): readonly (LegacyJob | Unusable)[] | undefined {
  const listed = isJsonObject(value) ? value['jobs'] : value;
  const jobs = Array.isArray(listed)
    ? listed
    : isJsonObject(listed)
      ? Object.entries(listed).map(([id, job]) => (isJsonObject(job) ? { id, ...job } : job))
      : undefined;
  return jobs?.slice(0, MAX_JOBS).map((job, index) => legacyJob(job, index, now));
}

function legacyJob(job: unknown, index: number, now: number): LegacyJob | Unusable {
  if (!isJsonObject(job)) return { name: `job ${index + 1}`, reason: 'it is no object' };
  const id = text(job['id']) ?? text(job['jobId']);
  const payload = payloadOf(job);
  const name = (
    text(job['name']) ??
    (payload === undefined ? undefined : firstWords(payload)) ??
    id ??
    `job ${index + 1}`
  ).slice(0, MAX_NAME);
  if (id === undefined || !/^[\w.:-]{1,128}$/.test(id)) return { name, reason: 'it has no usable id' };
  if (
    text(job['declarationKey'])?.startsWith('heartbeat:') === true ||
    kindOf(job['payload']) === 'heartbeat'
  )
    return { name, reason: 'it is OpenClaw’s own heartbeat' };
  if (payload === undefined) return { name, reason: unusablePayload(job['payload']) };
  const schedule = scheduleOf(job['schedule'] ?? job);
  if (schedule === undefined) return { name, reason: 'its schedule is not understood' };
  if (schedule.kind === 'at' && Date.parse(schedule.at) <= now)
    return { name, reason: 'its moment has passed' };
  const description = text(job['description']);
  const agentId = text(job['agentId']);
  return {
    id,
    params: {
      name,
      enabled: job['enabled'] !== false,
      schedule,
      sessionTarget: targetOf(job['sessionTarget'], payload),
      wakeMode: job['wakeMode'] === 'next-heartbeat' ? 'next-heartbeat' : 'now',
      payload,
      ...(description === undefined ? {} : { description }),
      ...(agentId === undefined ? {} : { agentId }),
      ...(typeof job['deleteAfterRun'] === 'boolean' ? { deleteAfterRun: job['deleteAfterRun'] } : {}),
    },
    lost: lostParts(job),
  };
}

function scheduleOf(value: unknown): CronSchedule | undefined {
  if (typeof value === 'string')
    return value.trim() === '' ? undefined : { kind: 'cron', expr: value.trim() };
  if (!isJsonObject(value)) return undefined;
  const expr = text(value['expr']) ?? text(value['cron']);
  const at = isoOf(value['at'] ?? value['atMs']);
  const everyMs = value['everyMs'] ?? value['every'];
  const kind = kindOf(value) ?? (at !== undefined ? 'at' : everyMs !== undefined ? 'every' : 'cron');
  switch (kind) {
    case 'at':
      return at === undefined ? undefined : { kind: 'at', at };
    case 'every': {
      if (typeof everyMs !== 'number' || !Number.isSafeInteger(everyMs) || everyMs < 1) return undefined;
      const anchorMs = value['anchorMs'];
      return {
        kind: 'every',
        everyMs,
        ...(typeof anchorMs === 'number' && anchorMs >= 0 ? { anchorMs: Math.floor(anchorMs) } : {}),
      };
    }
    case 'cron': {
      if (expr === undefined) return undefined;
      const tz = text(value['tz']);
      const staggerMs = value['staggerMs'];
      return {
        kind: 'cron',
        expr,
        ...(tz === undefined ? {} : { tz }),
        ...(typeof staggerMs === 'number' && staggerMs >= 0 ? { staggerMs: Math.floor(staggerMs) } : {}),
      };
    }
    default:
      return undefined;
  }
}

/** Of jobs without a payload the text stood on the job itself. */
function payloadOf(job: JsonObject): ImportedPayload | undefined {
  const payload = isJsonObject(job['payload']) ? job['payload'] : {};
  const message = text(payload['message']) ?? text(job['message']);
  const said = text(payload['text']) ?? text(job['text']);
  const kind =
    kindOf(payload) ?? (message !== undefined ? 'agentturn' : said !== undefined ? 'systemevent' : undefined);
  switch (kind) {
    case 'agentturn': {
      const asked = message ?? said;
      if (asked === undefined) return undefined;
      const timeout = payload['timeoutSeconds'] ?? job['timeout'];
      return {
        kind: 'agentTurn',
        message: asked,
        ...(typeof timeout === 'number' && timeout >= 0 ? { timeoutSeconds: timeout } : {}),
      };
    }
    case 'systemevent': {
      const told = said ?? message;
      return told === undefined ? undefined : { kind: 'systemEvent', text: told };
    }
    default:
      return undefined;
  }
}

function unusablePayload(payload: unknown): string {
  const kind = kindOf(payload);
  return kind === 'command' || kind === 'script'
    ? `it runs a ${kind}, which nobody has approved here`
    : 'what it does is not understood';
}

/** The main session hears events; turns of the agent have one of their own. */
function targetOf(wanted: unknown, payload: ImportedPayload): string {
  if (payload.kind === 'systemEvent') return 'main';
  return typeof wanted === 'string' && wanted.startsWith('session:') ? wanted : 'isolated';
}

function lostParts(job: JsonObject): readonly string[] {
  const payload = isJsonObject(job['payload']) ? job['payload'] : {};
  const delivery = isJsonObject(job['delivery']) ? job['delivery'] : {};
  const delivers =
    ['announce', 'webhook'].includes(String(delivery['mode'])) ||
    payload['deliver'] === true ||
    text(payload['to']) !== undefined;
  return [
    ...(delivers ? ['its delivery to a channel'] : []),
    ...(text(payload['model']) === undefined ? [] : ['its choice of model']),
    ...(job['trigger'] === undefined ? [] : ['its condition']),
  ];
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined;

const kindOf = (value: unknown): string | undefined =>
  isJsonObject(value) ? text(value['kind'])?.trim().toLowerCase() : undefined;

function isoOf(value: unknown): string | undefined {
  const at =
    typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(withZone(value)) : NaN;
  return Number.isFinite(at) && Math.abs(at) <= 8_640_000_000_000_000
    ? new Date(at).toISOString()
    : undefined;
}

/** OpenClaw reads a time without a zone as UTC. */
function withZone(written: string): string {
  const trimmed = written.trim();
  if (/^\d{10,}$/.test(trimmed)) return new Date(Number(trimmed)).toISOString();
  return /T.*(?:Z|[+-]\d{2}:?\d{2})$/i.test(trimmed) || !/^\d{4}-\d{2}-\d{2}T/.test(trimmed)
    ? trimmed
    : `${trimmed}Z`;
}

const firstWords = (payload: ImportedPayload): string =>
  (payload.kind === 'agentTurn' ? payload.message : payload.text).replace(/\s+/g, ' ').trim().slice(0, 60);
