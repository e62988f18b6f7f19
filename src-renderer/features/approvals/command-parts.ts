// A command cut into what is shown as it is and what would deceive the eye if it were. Pure.

import type { SuspectSpan } from '../../../src-main/shared/protocol/approvals.ts';

export type CommandPart =
  | { readonly kind: 'text'; readonly text: string }
  /** Cannot be seen: its code points stand for it. */
  | { readonly kind: 'hidden'; readonly shown: string }
  /** Looks like something else: it is shown with its code points. */
  | { readonly kind: 'look-alike'; readonly text: string; readonly shown: string };

/** In one line of text, with everything that would deceive the eye replaced or marked. */
export function visibleCommand(command: string, spans: readonly SuspectSpan[]): string {
  return commandParts(command, spans)
    .map((part) => {
      switch (part.kind) {
        case 'text':
          return part.text.replace(/\s*\n\s*/g, ' ⏎ ');
        case 'hidden':
          return `[${part.shown}]`;
        case 'look-alike':
          return `${part.text}[${part.shown}]`;
      }
    })
    .join('');
}

/** @param spans in any order; what overlaps or lies outside of the command is ignored */
export function commandParts(command: string, spans: readonly SuspectSpan[]): readonly CommandPart[] {
  const parts: CommandPart[] = [];
  let at = 0;
  for (const { startIndex, endIndex, kind, shown } of [...spans].sort(
    (a, b) => a.startIndex - b.startIndex,
  )) {
    if (startIndex < at || endIndex <= startIndex || endIndex > command.length) continue;
    if (startIndex > at) parts.push({ kind: 'text', text: command.slice(at, startIndex) });
    const text = command.slice(startIndex, endIndex);
    parts.push(kind === 'look-alike' ? { kind, text, shown } : { kind: 'hidden', shown });
    at = endIndex;
  }
  if (at < command.length) parts.push({ kind: 'text', text: command.slice(at) });
  return parts;
}
