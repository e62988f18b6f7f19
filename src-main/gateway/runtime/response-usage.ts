// The line below an answer that says what it has used, where a session asks for one. Pure.

import type { TextBlock, TokenUsage } from '../../shared/protocol/chat.ts';
import type { SessionSettings } from '../../shared/protocol/sessions.ts';
import type { ModelStatus } from '../../shared/protocol/system.ts';
import { promptTokens } from '../usage/token-usage.ts';

/** `undefined` when nobody asks; a provider that reported nothing is told as such, never guessed. */
export function usageLine(
  wanted: SessionSettings['responseUsage'],
  usage: TokenUsage | undefined,
  { provider, model }: ModelStatus,
): TextBlock | undefined {
  if (wanted === undefined || wanted === 'off') return undefined;
  const tokens =
    usage === undefined
      ? 'Usage: not reported'
      : `Usage: ${promptTokens(usage)} tokens in, ${usage.output} out`;
  return {
    type: 'text',
    text: `\n\n${tokens}${wanted === 'full' ? ` · ${provider}/${model}` : ''}`,
    note: 'usage',
  };
}
