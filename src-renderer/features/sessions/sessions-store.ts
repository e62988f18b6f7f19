// The list of sessions as the sidebar shows it, and which of them are being answered. Holds data; pure changes.

import { createStore, type StoreApi } from 'zustand/vanilla';
import type {
  MessageMatch,
  SessionRow,
  SessionsListResult,
} from '../../../src-main/shared/protocol/sessions.ts';

export interface SessionsState {
  readonly load: 'loading' | 'ready' | 'failed';
  /** The one with the newest message first. */
  readonly rows: readonly SessionRow[];
  readonly nextOffset: number | null;
  readonly loadingMore: boolean;
  /** Runs under way, by session key. */
  readonly active: Readonly<Record<string, readonly string[]>>;
  /** What the list is searched for; empty when it is not. */
  readonly words: string;
  /** The rows for these words, once they were found. */
  readonly found: Found | undefined;
}

export interface Found {
  readonly words: string;
  readonly rows: readonly SessionRow[];
  /** What was said with these words, the best first. */
  readonly messages: readonly MessageMatch[];
  /** More messages have them than are here. */
  readonly moreMessages: boolean;
  readonly failed: boolean;
}

export type SessionsStore = StoreApi<SessionsState>;

export function createSessionsStore(): SessionsStore {
  return createStore<SessionsState>(() => ({
    load: 'loading',
    rows: [],
    nextOffset: null,
    loadingMore: false,
    active: {},
    words: '',
    found: undefined,
  }));
}

export function withRows(state: SessionsState, rows: readonly SessionRow[]): SessionsState {
  const byKey = new Map(state.rows.map((row) => [row.key, row]));
  for (const row of rows) byKey.set(row.key, row);
  return { ...state, rows: [...byKey.values()].sort(newestFirst) };
}

export function withLabel(state: SessionsState, key: string, label: string | undefined): SessionsState {
  const named = ({ label: _old, ...row }: SessionRow): SessionRow =>
    label === undefined ? row : { ...row, label };
  return { ...state, rows: state.rows.map((row) => (row.key === key ? named(row) : row)) };
}

export function withoutRow(state: SessionsState, key: string): SessionsState {
  const { [key]: _ended, ...active } = state.active;
  const without = (rows: readonly SessionRow[]): readonly SessionRow[] =>
    rows.filter((row) => row.key !== key);
  const found = state.found === undefined ? undefined : { ...state.found, rows: without(state.found.rows) };
  return { ...state, rows: without(state.rows), found, active };
}

/** The first page, read anew: rows that are not on it may be gone. */
export function withFirstPage(state: SessionsState, page: SessionsListResult): SessionsState {
  const active = page.sessions.flatMap(({ key, status }) =>
    status === 'running' || status === 'queued' ? [[key, state.active[key] ?? [UNKNOWN_RUN]] as const] : [],
  );
  return {
    ...state,
    load: 'ready',
    rows: [...page.sessions].sort(newestFirst),
    nextOffset: page.nextOffset,
    active: Object.fromEntries(active),
  };
}

export function withRunStarted(state: SessionsState, key: string, runId: string): SessionsState {
  const runs = state.active[key] ?? [];
  if (runs.includes(runId)) return state;
  return { ...state, active: { ...state.active, [key]: [...runs, runId] } };
}

export function withRunEnded(state: SessionsState, key: string, runId: string): SessionsState {
  const runs = state.active[key];
  if (runs === undefined) return state;
  const left = runs.filter((id) => id !== runId && id !== UNKNOWN_RUN);
  const { [key]: _ended, ...others } = state.active;
  return { ...state, active: left.length === 0 ? others : { ...others, [key]: left } };
}

/** A run that the list told of, without its id. */
const UNKNOWN_RUN = '';

function newestFirst(a: SessionRow, b: SessionRow): number {
  return b.updatedAt - a.updatedAt || a.key.localeCompare(b.key);
}
