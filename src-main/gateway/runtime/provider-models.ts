// Which models the configured providers have, as they say themselves. Asks each of them rarely, all at once, and never for
// long; a provider that is down or refuses the key is an answer too. Keys go to the provider's own address and nowhere else.

import { MINUTE, SECOND } from '../../shared/time.ts';
import type { ProviderConfig } from '../config/schema.ts';
import { speaksAnthropic, versioned } from './providers/anthropic.ts';
import { modelFacts, type ModelFacts } from './providers/model-facts.ts';

export interface ProviderOutcome {
  readonly status: 'ready' | 'auth-rejected' | 'unavailable';
  /** Those of the last answer that came, also when the provider is down now. */
  readonly models: readonly ModelFacts[];
}

export interface ProviderModels {
  /** Asks those whose answer is old, with `again` all of them, but each at most every five seconds. */
  ask(providers: Readonly<Record<string, ProviderConfig>>, again: boolean): Promise<void>;
  /** What it answered last; `undefined` when it was never asked under this address and key. */
  known(name: string, provider: ProviderConfig): ProviderOutcome | undefined;
}

const READY_VALID = 10 * MINUTE;
const FAILED_VALID = MINUTE;
const SPACING = 5 * SECOND;
const TIMEOUT = 5 * SECOND;
const MAX_BYTES = 8_000_000;
const MAX_PROVIDERS = 64;

interface Entry extends ProviderOutcome {
  /** Of the settings that it was asked with. */
  readonly settings: string;
  readonly askedAt: number;
}

export function createProviderModels(now: () => number): ProviderModels {
  /** In the order in which they were asked. */
  const entries = new Map<string, Entry>();
  const asking = new Map<string, Promise<void>>();

  function known(name: string, provider: ProviderConfig): Entry | undefined {
    const entry = entries.get(name);
    return entry?.settings === settingsOf(provider) ? entry : undefined;
  }

  function isDue(entry: Entry | undefined, again: boolean): boolean {
    if (entry === undefined) return true;
    const valid = again ? SPACING : entry.status === 'ready' ? READY_VALID : FAILED_VALID;
    return now() >= entry.askedAt + valid;
  }

  async function askOne(name: string, provider: ProviderConfig): Promise<void> {
    const before = known(name, provider);
    const outcome = await fetchModels(provider);
    entries.delete(name);
    entries.set(name, {
      status: outcome.status,
      models: outcome.models ?? before?.models ?? [],
      settings: settingsOf(provider),
      askedAt: now(),
    });
    for (const oldest of entries.keys()) {
      if (entries.size <= MAX_PROVIDERS) break;
      entries.delete(oldest);
    }
  }

  return {
    known,
    ask: async (providers, again) => {
      const due = Object.entries(providers)
        .slice(0, MAX_PROVIDERS)
        .filter(([name, provider]) => isDue(known(name, provider), again));
      await Promise.all(
        due.map(([name, provider]) => {
          // Who asks meanwhile waits for the same answer.
          const key = `${name} ${settingsOf(provider)}`;
          const pending = asking.get(key) ?? askOne(name, provider).finally(() => asking.delete(key));
          asking.set(key, pending);
          return pending;
        }),
      );
    },
  };
}

function settingsOf({ baseUrl, apiKey, api, headers }: ProviderConfig): string {
  return JSON.stringify([baseUrl, apiKey, api, headers]);
}

interface Fetched {
  readonly status: ProviderOutcome['status'];
  readonly models?: readonly ModelFacts[];
}

async function fetchModels(provider: ProviderConfig): Promise<Fetched> {
  try {
    const { url, headers } = listOf(provider);
    const response = await fetch(url, {
      headers,
      signal: AbortSignal.timeout(TIMEOUT),
      // A key must not follow to another address.
      redirect: 'error',
    });
    if (response.status === 401 || response.status === 403) {
      await response.body?.cancel();
      return { status: 'auth-rejected' };
    }
    const text = response.ok ? await boundedText(response) : undefined;
    if (text === undefined) {
      await response.body?.cancel().catch(() => undefined);
      return { status: 'unavailable' };
    }
    return { status: 'ready', models: modelFacts(JSON.parse(text)) };
  } catch {
    return { status: 'unavailable' };
  }
}

function listOf(provider: ProviderConfig): {
  readonly url: string;
  readonly headers: Record<string, string>;
} {
  const { apiKey, headers = {} } = provider;
  if (speaksAnthropic(provider))
    return {
      url: `${versioned(provider.baseUrl)}/models?limit=1000`,
      headers: {
        'anthropic-version': '2023-06-01',
        ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }),
        ...headers,
      },
    };
  return {
    url: `${provider.baseUrl.replace(/\/+$/, '')}/models`,
    headers: { ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }), ...headers },
  };
}

/** @returns undefined when it is longer than what is read */
async function boundedText(response: Response): Promise<string | undefined> {
  if (response.body === null) return '';
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body as AsyncIterable<Uint8Array>) {
    length += piece.length;
    if (length > MAX_BYTES) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
