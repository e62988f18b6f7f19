// The versions that this runs on, and whether the configured models answer. Keys go only where the configuration sends them,
// and into no text.

import { SECOND } from '../../shared/time.ts';
import type { GatewayConfig, ProviderConfig } from '../config/schema.ts';
import { unfilledName } from '../config/environment.ts';
import { findLocalServers, type LocalServer } from '../runtime/providers/local-servers.ts';
import type { Finding } from './finding.ts';

const TIMEOUT = 5 * SECOND;
const MAX_PROVIDERS = 32;
/** What the bundles are built for. */
const OLDEST_NODE = [20, 18] as const;

export function checkVersions(versions: NodeJS.ProcessVersions): readonly Finding[] {
  const [major = 0, minor = 0] = versions.node.split('.').map(Number);
  const old = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  const electron = versions['electron'];
  const message =
    electron === undefined ? `Node ${versions.node}.` : `Electron ${electron} with Node ${versions.node}.`;
  return [
    old
      ? {
          check: 'versions',
          state: 'error',
          message,
          hint: `Clawtray needs Node ${OLDEST_NODE.join('.')} or newer.`,
        }
      : { check: 'versions', state: 'ok', message },
  ];
}

export async function checkModels(
  config: GatewayConfig,
  find: () => Promise<readonly LocalServer[]> = findLocalServers,
): Promise<readonly Finding[]> {
  const providers = Object.entries(config.models.providers ?? {}).slice(0, MAX_PROVIDERS);
  const findings = await Promise.all(providers.map(([name, provider]) => checkProvider(name, provider)));
  if (findings.length > 0) return findings;
  const servers = config.models.detect === false ? [] : await find();
  const [first] = servers;
  return [
    first === undefined
      ? {
          check: 'models',
          state: 'note',
          message:
            'No model is configured and none was found on this machine, so the built-in assistant answers.',
          hint: 'Configure models.providers, or start Ollama, LM Studio or llama.cpp.',
        }
      : { check: 'models', state: 'ok', message: `${first.name} answers on ${first.baseUrl}.` },
  ];
}

async function checkProvider(name: string, { baseUrl, apiKey, headers }: ProviderConfig): Promise<Finding> {
  const check = 'models';
  const unset = apiKey === undefined ? undefined : unfilledName(apiKey);
  if (unset !== undefined) {
    return {
      check,
      state: 'warning',
      message: `The key of the provider ${name} is taken from ${unset}, which is not set.`,
      hint: `Set ${unset}.`,
    };
  }
  try {
    const response = await fetch(`${baseUrl.replace(/\/+$/, '')}/models`, {
      headers: { ...(apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` }), ...headers },
      signal: AbortSignal.timeout(TIMEOUT),
      redirect: 'error',
    });
    await response.body?.cancel();
    const { status } = response;
    if (status === 401 || status === 403) {
      return {
        check,
        state: 'warning',
        message: `The provider ${name} refuses its key (HTTP ${status}).`,
        hint: 'Check its apiKey.',
      };
    }
    if (status >= 500)
      return {
        check,
        state: 'warning',
        message: `The provider ${name} answers with an error (HTTP ${status}).`,
        hint: 'Try again later.',
      };
    return { check, state: 'ok', message: `The provider ${name} answers.` };
  } catch (error) {
    return {
      check,
      state: 'warning',
      message: `The provider ${name} at ${hostOf(baseUrl)} cannot be reached (${reasonOf(error)}).`,
      hint: 'Check its baseUrl, and that it runs.',
    };
  }
}

/** Without what an address may carry in secret. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'its address';
}

function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown } };
  if (typeof cause?.code === 'string') return cause.code;
  return error instanceof Error && error.name === 'TimeoutError'
    ? `no answer within ${TIMEOUT / SECOND} s`
    : 'no connection';
}
