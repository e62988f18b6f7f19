// sessions.compact and sessions.compaction.*: the older part of a conversation as a summary, and the way back.

import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import type { CompactionCheckpoint } from '../../shared/protocol/sessions.ts';
import { resolveSessionKey } from '../../shared/session-key.ts';
import { ModelError, type LanguageModel } from '../runtime/model.ts';
import { GatewayError } from '../../shared/errors.ts';
import type { PatientModel } from '../runtime/patient-model.ts';
import type { RunService } from '../runtime/run-service.ts';
import type { CompactionService } from '../sessions/compaction-service.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { CompactionRecord } from '../store/repositories/compactions.ts';
import { entryOf } from './session-rows.ts';
import { defineMethod, type Method } from './method.ts';

const optional = z.exactOptional;
const filled = z.string().check(z.minLength(1));
const session = { key: filled, agentId: optional(filled) };

export interface SessionCompactionDeps {
  readonly sessions: SessionService;
  readonly compactions: CompactionService;
  readonly runs: RunService;
  readonly patientModel: PatientModel;
}

export function sessionCompactionMethods(deps: SessionCompactionDeps): readonly Method[] {
  const { sessions, compactions, runs, patientModel } = deps;
  return [
    defineMethod({
      name: 'sessions.compact',
      scope: 'operator.admin',
      params: z.strictObject({ ...session, maxLines: optional(z.int().check(z.gte(1))) }),
      handle: async ({ key: written, agentId, maxLines }, { signal }) => {
        const key = resolveSessionKey(written, agentId);
        const found = sessions.find(key);
        if (found === undefined) return { ok: true, key, compacted: false, reason: 'no such session' };
        const runId = `compact-${randomUUID()}`;
        const record = await compactions.compact(key, {
          reason: 'manual',
          runId,
          model: await usableModel(
            patientModel({ sessionKey: key, agentId: found.agentId, runId }, found.settings.model),
          ),
          remembers: true,
          keep: maxLines,
          openFrom: runs.openFrom(key),
          signal,
        });
        return record === undefined
          ? { ok: true, key, compacted: false, reason: 'nothing to compact' }
          : { ok: true, key, compacted: true, checkpointId: record.id };
      },
    }),
    defineMethod({
      name: 'sessions.compaction.list',
      scope: 'operator.read',
      params: z.strictObject(session),
      handle: ({ key: written, agentId }) => {
        const key = resolveSessionKey(written, agentId);
        return { ok: true, key, checkpoints: compactions.list(key).map(checkpointOf) };
      },
    }),
    defineMethod({
      name: 'sessions.compaction.restore',
      scope: 'operator.admin',
      params: z.strictObject({ ...session, checkpointId: filled }),
      handle: async ({ key: written, agentId, checkpointId }) => {
        const key = resolveSessionKey(written, agentId);
        const record = await compactions.restore(key, checkpointId);
        const found = sessions.find(key);
        if (found === undefined) throw new GatewayError('not-found', `No session found: ${key}`);
        const { sessionId } = found;
        return { ok: true, key, sessionId, checkpoint: checkpointOf(record), entry: entryOf(found) };
      },
    }),
  ];
}

async function usableModel(model: Promise<LanguageModel>): Promise<LanguageModel> {
  try {
    return await model;
  } catch (error) {
    throw error instanceof ModelError ? new GatewayError('unavailable', error.message) : error;
  }
}

function checkpointOf(record: CompactionRecord): CompactionCheckpoint {
  const { id, sessionKey, sessionId, createdAt, reason, summary } = record;
  return {
    checkpointId: id,
    sessionKey,
    sessionId,
    createdAt,
    reason,
    summary,
    // The messages stay, so the conversation is the same one before and after.
    preCompaction: { sessionId },
    postCompaction: { sessionId },
  };
}
