// Reads a file line by line, whatever somebody has put into it. A line that is too long is told, not held in memory.

import { createReadStream } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without its end; `undefined` for one that is longer than allowed. */
  readonly text: string | undefined;
}

/** @param maxLength characters of the longest line that is read */
export async function* readLines(file: string, maxLength: number): AsyncGenerator<Line> {
  const decoder = new StringDecoder('utf8');
  let number = 1;
  let held = '';
  let tooLong = false;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    const pieces = decoder.write(chunk).split('\n');
    const last = pieces.pop() ?? '';
    for (const piece of pieces) {
      const whole = tooLong || held.length + piece.length > maxLength ? undefined : held + piece;
      yield { number, text: whole?.replace(/\r$/, '') };
      number += 1;
      held = '';
      tooLong = false;
    }
    if (tooLong || held.length + last.length > maxLength) {
      tooLong = true;
      held = '';
    } else held += last;
  }
  if (tooLong || held !== '') yield { number, text: tooLong ? undefined : held };
}
