// Rows of `device_pairing_requests` and `node_pairing_requests`: what waits for somebody's approval, at most one per
// device. The writing functions belong inside `store.write`.

import type { Store } from '../open-store.ts';
import type { SqlRow } from '../sqlite.ts';

/** The two tables are alike; each request is kept as it was shown to people. */
export type PairingTable = 'device_pairing_requests' | 'node_pairing_requests';

export interface StoredRequest<Request> {
  readonly request: Request;
  readonly subjectId: string;
  /** Where it came from; bounds how many one address may have. */
  readonly address: string;
  /** When it was last asked for; it expires some time after that. */
  readonly refreshedAt: number;
}

export interface PairingRequestsRepository<Request extends { readonly requestId: string }> {
  find(requestId: string): StoredRequest<Request> | undefined;
  findBySubject(subjectId: string): StoredRequest<Request> | undefined;
  /** Newest first. */
  list(): readonly StoredRequest<Request>[];
  insert(entry: StoredRequest<Request>): void;
  refresh(requestId: string, at: number): void;
  remove(requestId: string): void;
}

const COLUMNS = 'request, subject_id, address, refreshed_at';

export function createPairingRequestsRepository<Request extends { readonly requestId: string }>(
  store: Store,
  table: PairingTable,
): PairingRequestsRepository<Request> {
  const toEntry = (row: SqlRow): StoredRequest<Request> => ({
    request: JSON.parse(String(row['request'])) as Request,
    subjectId: String(row['subject_id']),
    address: String(row['address']),
    refreshedAt: Number(row['refreshed_at']),
  });
  const first = (where: string, value: string): StoredRequest<Request> | undefined => {
    const row = store.prepare(`SELECT ${COLUMNS} FROM ${table} WHERE ${where} = ?`).get([value]);
    return row === undefined ? undefined : toEntry(row);
  };

  return {
    find: (requestId) => first('request_id', requestId),
    findBySubject: (subjectId) => first('subject_id', subjectId),
    list: () =>
      store
        .prepare(`SELECT ${COLUMNS} FROM ${table} ORDER BY created_at DESC, request_id`)
        .all()
        .map(toEntry),
    insert: ({ request, subjectId, address, refreshedAt }) => {
      store
        .prepare(
          `INSERT INTO ${table} (request_id, subject_id, request, address, created_at, refreshed_at)
           VALUES (?, ?, ?, ?, ?, ?)`,
        )
        .run([request.requestId, subjectId, JSON.stringify(request), address, refreshedAt, refreshedAt]);
    },
    refresh: (requestId, at) => {
      store.prepare(`UPDATE ${table} SET refreshed_at = ? WHERE request_id = ?`).run([at, requestId]);
    },
    remove: (requestId) => {
      store.prepare(`DELETE FROM ${table} WHERE request_id = ?`).run([requestId]);
    },
  };
}
