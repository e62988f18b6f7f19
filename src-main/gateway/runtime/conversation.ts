// The conversation as one run sees it. Pure.

import type { ChatMessage } from '../../shared/protocol/chat.ts';

/**
 * Each run's messages together, in the order in which the runs were accepted, the run's own last: a message that was
 * sent while another one was being answered comes after that answer.
 * @param waiting runs whose messages are stored but whose turn comes later; they are left out
 */
export function conversationOf(
  history: readonly ChatMessage[],
  runId: string,
  waiting: ReadonlySet<string>,
): readonly ChatMessage[] {
  const runs = new Map<string | ChatMessage, ChatMessage[]>();
  for (const message of history) {
    if (message.runId !== undefined && waiting.has(message.runId)) continue;
    const run = message.answeredBy ?? message.runId ?? message;
    const messages = runs.get(run);
    if (messages === undefined) runs.set(run, [message]);
    else messages.push(message);
  }
  const own = runs.get(runId) ?? [];
  runs.delete(runId);
  return [...[...runs.values()].flat(), ...own];
}
