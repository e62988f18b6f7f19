// What providers say about their limits in the headers of an answer: OpenAI's `x-ratelimit-*` and Anthropic's
// `anthropic-ratelimit-*`. Pure; what cannot be read is passed over.

import { HOUR, MINUTE, SECOND } from '../../../shared/time.ts';
import type { QuotaWindow } from '../model.ts';

type Headers = Readonly<Record<string, string>>;

const OPENAI = ['requests', 'tokens'] as const;
const ANTHROPIC = ['requests', 'tokens', 'input-tokens', 'output-tokens'] as const;

/** @param headers names in lower case */
export function quotasOf(headers: Headers | undefined, now: number): readonly QuotaWindow[] | undefined {
  if (headers === undefined) return undefined;
  const found = [
    ...OPENAI.map((label) =>
      quota(label, {
        limit: headers[`x-ratelimit-limit-${label}`],
        remaining: headers[`x-ratelimit-remaining-${label}`],
        resetAt: afterDuration(headers[`x-ratelimit-reset-${label}`], now),
      }),
    ),
    ...ANTHROPIC.map((label) =>
      quota(label.replace('-', ' '), {
        limit: headers[`anthropic-ratelimit-${label}-limit`],
        remaining: headers[`anthropic-ratelimit-${label}-remaining`],
        resetAt: moment(headers[`anthropic-ratelimit-${label}-reset`]),
      }),
    ),
  ].filter((window) => window !== undefined);
  return found.length === 0 ? undefined : found;
}

function quota(
  label: string,
  told: { limit: string | undefined; remaining: string | undefined; resetAt: number | undefined },
): QuotaWindow | undefined {
  const limit = Number(told.limit);
  const remaining = Number(told.remaining);
  if (told.remaining === undefined || !(limit > 0) || !(remaining >= 0)) return undefined;
  const used = Math.min(100, Math.max(0, (1 - remaining / limit) * 100));
  return { label, usedPercent: Math.round(used * 10) / 10, resetAt: told.resetAt };
}

function moment(written: string | undefined): number | undefined {
  const at = Date.parse(written ?? '');
  return Number.isNaN(at) ? undefined : at;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR };

/** OpenAI writes `6m0s`, `1.5s` or `20ms`. */
function afterDuration(written: string | undefined, now: number): number | undefined {
  if (written === undefined || !/^(?:\d+(?:\.\d+)?(?:ms|[smh]))+$/.test(written)) return undefined;
  const parts = [...written.matchAll(/(\d+(?:\.\d+)?)(ms|[smh])/g)];
  return parts.reduce((at, [, value, unit = '']) => at + Number(value) * (UNITS[unit] ?? 0), now);
}
