// Finds model servers on the well-known loopback ports of this machine. A port proves nothing, so each server must
// also answer like itself before it is trusted with a conversation.

import { isJsonObject } from '../../../shared/json.ts';
import { SECOND } from '../../../shared/time.ts';
import { modelFacts, type ModelFacts } from './model-facts.ts';

export interface LocalServer {
  readonly id: 'ollama' | 'lmstudio' | 'llamacpp';
  readonly name: string;
  /** OpenAI-compatible base URL. */
  readonly baseUrl: string;
  readonly models: readonly string[];
  /** What is known of them. */
  readonly facts?: readonly ModelFacts[] | undefined;
}

interface Candidate {
  readonly id: LocalServer['id'];
  readonly name: string;
  readonly port: number;
  /** A path that only this server answers, and what its answer must look like. */
  readonly proof: { readonly path: string; readonly holds: (body: unknown) => boolean };
}

const LOCAL_CANDIDATES: readonly Candidate[] = [
  {
    id: 'ollama',
    name: 'Ollama',
    port: 11434,
    proof: {
      path: '/api/version',
      holds: (body) => isJsonObject(body) && typeof body['version'] === 'string',
    },
  },
  {
    id: 'lmstudio',
    name: 'LM Studio',
    port: 1234,
    proof: { path: '/api/v0/models', holds: (body) => isJsonObject(body) && Array.isArray(body['data']) },
  },
  {
    id: 'llamacpp',
    name: 'llama.cpp',
    port: 8080,
    proof: {
      path: '/props',
      holds: (body) => isJsonObject(body) && isJsonObject(body['default_generation_settings']),
    },
  },
];

const PROBE_TIMEOUT = SECOND;
const MAX_BODY = 1_000_000;

export type FetchJson = (url: string) => Promise<unknown>;

/** @returns servers that have at least one model for chat, in the order of the candidates */
export async function findLocalServers(
  fetchJson: FetchJson = fetchJsonFromLoopback,
  candidates: readonly Candidate[] = LOCAL_CANDIDATES,
): Promise<readonly LocalServer[]> {
  const found = await Promise.all(candidates.map((candidate) => probe(candidate, fetchJson)));
  return found.filter((server) => server !== undefined);
}

async function probe(candidate: Candidate, fetchJson: FetchJson): Promise<LocalServer | undefined> {
  const origin = `http://127.0.0.1:${candidate.port}`;
  try {
    const proof = await fetchJson(origin + candidate.proof.path);
    if (!candidate.proof.holds(proof)) return undefined;
    const listed = modelFacts(await fetchJson(`${origin}/v1/models`));
    // LM Studio's own list tells more than the common one.
    const told = modelFacts(proof);
    const facts = listed.map((model) => ({ ...model, ...told.find(({ id }) => id === model.id) }));
    if (facts.length === 0) return undefined;
    const models = facts.map(({ id }) => id);
    return { id: candidate.id, name: candidate.name, baseUrl: `${origin}/v1`, models, facts };
  } catch {
    return undefined;
  }
}

async function fetchJsonFromLoopback(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT), redirect: 'error' });
  if (!response.ok) return undefined;
  const text = await response.text();
  return text.length > MAX_BODY ? undefined : (JSON.parse(text) as unknown);
}
