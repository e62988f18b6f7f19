// Rows of `approvals`: what waits for a decision, and how it ended. The writing functions belong inside `store.write`.

import type {
  ApprovalDecision,
  ApprovalEndReason,
  ApprovalKind,
  ApprovalRequest,
  PluginApprovalRequest,
} from '../../../shared/protocol/approvals.ts';
import type { Store } from '../open-store.ts';
import type { SqlRow } from '../sqlite.ts';

export interface ApprovalEnd {
  readonly reason: ApprovalEndReason;
  /** Only with the reason `user`. */
  readonly decision: ApprovalDecision | undefined;
  readonly resolvedBy: string | undefined;
  readonly atMs: number;
}

/** What is asked for: a command, or something else. */
export type AskedFor =
  | { readonly kind: 'exec'; readonly request: ApprovalRequest }
  | { readonly kind: 'plugin'; readonly request: PluginApprovalRequest };

export type StoredApproval = AskedFor & ApprovalRecord;

interface ApprovalRecord {
  readonly id: string;
  /** A run of this gateway, which ends with it, or a client, which may come back. */
  readonly origin: 'run' | 'client';
  /** Of everything that was asked for, also what is not shown. */
  readonly fingerprint: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  /** `undefined` while it waits. */
  readonly end: ApprovalEnd | undefined;
}

export interface ApprovalsRepository {
  find(id: string): StoredApproval | undefined;
  /** Oldest first. */
  waiting(): readonly StoredApproval[];
  /**
   * Those that are over, the newest first.
   * @param before only those that ended before this one
   */
  ended(page: {
    readonly kind: ApprovalKind | undefined;
    readonly before: { readonly atMs: number; readonly id: string } | undefined;
    readonly limit: number;
  }): readonly StoredApproval[];
  insert(approval: StoredApproval): void;
  end(id: string, end: ApprovalEnd): void;
  /** Removes what ended before, and of the rest all but the newest. */
  prune(endedBefore: number, keep: number): void;
}

export function createApprovalsRepository(store: Store): ApprovalsRepository {
  return {
    find: (id) => {
      const row = store.prepare('SELECT * FROM approvals WHERE id = ?').get([id]);
      return row === undefined ? undefined : toApproval(row);
    },
    waiting: () =>
      store
        .prepare('SELECT * FROM approvals WHERE ended_at IS NULL ORDER BY created_at, id')
        .all()
        .map(toApproval),
    ended: ({ kind, before, limit }) =>
      store
        .prepare(
          `SELECT * FROM approvals
           WHERE ended_at IS NOT NULL AND kind IN (?, ?) AND (ended_at, id) < (?, ?)
           ORDER BY ended_at DESC, id DESC LIMIT ?`,
        )
        .all([
          kind ?? 'exec',
          kind ?? 'plugin',
          before?.atMs ?? Number.MAX_SAFE_INTEGER,
          before?.id ?? '',
          limit,
        ])
        .map(toApproval),
    insert: ({ id, kind, origin, request, fingerprint, createdAtMs, expiresAtMs, end }) => {
      store
        .prepare(
          `INSERT INTO approvals
             (id, kind, origin, request, fingerprint, created_at, expires_at, ended_at, end_reason, decision,
              resolved_by)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run([
          id,
          kind,
          origin,
          JSON.stringify(request),
          fingerprint,
          createdAtMs,
          expiresAtMs,
          end?.atMs ?? null,
          end?.reason ?? null,
          end?.decision ?? null,
          end?.resolvedBy ?? null,
        ]);
    },
    end: (id, { atMs, reason, decision, resolvedBy }) => {
      store
        .prepare(
          `UPDATE approvals SET ended_at = ?, end_reason = ?, decision = ?, resolved_by = ?
           WHERE id = ? AND ended_at IS NULL`,
        )
        .run([atMs, reason, decision ?? null, resolvedBy ?? null, id]);
    },
    prune: (endedBefore, keep) => {
      store.prepare('DELETE FROM approvals WHERE ended_at < ?').run([endedBefore]);
      store
        .prepare(
          `DELETE FROM approvals WHERE ended_at IS NOT NULL AND id NOT IN
             (SELECT id FROM approvals WHERE ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT ?)`,
        )
        .run([keep]);
    },
  };
}

function toApproval(row: SqlRow): StoredApproval {
  const request: unknown = JSON.parse(String(row['request']));
  const asked: AskedFor =
    row['kind'] === 'plugin'
      ? { kind: 'plugin', request: request as PluginApprovalRequest }
      : { kind: 'exec', request: request as ApprovalRequest };
  return {
    ...asked,
    id: String(row['id']),
    origin: row['origin'] === 'run' ? 'run' : 'client',
    fingerprint: String(row['fingerprint']),
    createdAtMs: Number(row['created_at']),
    expiresAtMs: Number(row['expires_at']),
    end:
      row['ended_at'] === null || row['ended_at'] === undefined
        ? undefined
        : {
            atMs: Number(row['ended_at']),
            reason: row['end_reason'] as ApprovalEndReason,
            decision: typeof row['decision'] === 'string' ? (row['decision'] as ApprovalDecision) : undefined,
            resolvedBy: typeof row['resolved_by'] === 'string' ? row['resolved_by'] : undefined,
          },
  };
}
