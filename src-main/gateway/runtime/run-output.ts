// What a run says while its turn goes on: streamed at a bounded rate, without stray tokens, and collected as the messages
// that are stored at its end.

import type { ChatMessage, TextBlock } from '../../shared/protocol/chat.ts';
import type { Clock } from '../../shared/time.ts';
import { createStrayTokenFilter } from '../heartbeat/stray-tokens.ts';
import type { ActiveRun } from './active-run.ts';
import { createDeltaPacer } from './delta-pacer.ts';
import { withoutTokensIn } from './run-messages.ts';

export interface RunOutput {
  /** Complete messages, in their order. */
  readonly said: readonly ChatMessage[];
  /** A piece of the answer, as the model writes it. */
  readonly write: (text: string) => void;
  readonly think: (text: string) => void;
  /** A message is complete. @returns it as it is kept */
  readonly add: (message: ChatMessage) => ChatMessage;
  /** Puts a line of the gateway's own below what the model said last. */
  addLine(line: TextBlock): void;
  /** Sends what is held back. */
  flush(): void;
}

export function createRunOutput(run: ActiveRun, clock: Clock): RunOutput {
  const { request, said } = run;
  const followed = request.quiet === undefined;
  const stray = createStrayTokenFilter();
  let thoughts = '';
  const pacer = createDeltaPacer(clock, (text) => {
    run.events.delta(text, run.text);
    run.agentEvents.text(text, run.text);
    request.client?.onText?.(text);
  });

  function say(text: string): void {
    if (text === '') return;
    // Words before and after a tool call are separate paragraphs of one answer.
    const piece = run.unsaved === '' && run.text !== '' ? `\n\n${text}` : text;
    run.text += piece;
    run.unsaved += text;
    if (followed) pacer.push(piece);
  }

  return {
    said,
    write: (text) => {
      say(followed ? stray.push(text) : text);
    },
    think: (text) => {
      thoughts += text;
      run.agentEvents.thinking(text, thoughts);
    },
    add: (message) => {
      if (message.role === 'assistant') {
        if (followed) say(stray.end());
        run.unsaved = '';
      }
      const kept = { ...withoutTokensIn(message, !followed), runId: request.runId };
      said.push(kept);
      return kept;
    },
    addLine: (line) => {
      const last = said.at(-1);
      if (last?.role !== 'assistant' || typeof last.content === 'string') return;
      said[said.length - 1] = { ...last, content: [...last.content, line] };
      run.text += line.text;
      pacer.push(line.text);
    },
    flush: () => {
      pacer.flush();
    },
  };
}
