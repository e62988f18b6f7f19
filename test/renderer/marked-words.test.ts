import { expect, it } from 'vitest';
import { markedWords } from '../../src-renderer/features/sessions/marked-words.ts';

const marks = (text: string, query: string): string[] =>
  markedWords(text, query).flatMap((part) => (part.marked ? [part.text] : []));

it('marks words from their beginning, without case and accents', () => {
  expect(marks('The Café cafeteria decaf', 'cafe')).toEqual(['Café', 'cafe']);
  expect(marks('The cafe\u0301 of Zo\u00eb', 'CAF\u00c9 zoe')).toEqual(['cafe', 'Zo\u00eb']);
});

it('marks short words only where they are whole, and scripts without spaces anywhere', () => {
  expect(marks('An ant and an aunt', 'an')).toEqual(['An', 'an']);
  expect(marks('明天的会议记录', '会议')).toEqual(['会议']);
});

it('never changes the text', () => {
  for (const text of ['', '…a b…', 'İstanbul ıI 👩‍👩‍👧 ﬁn', '((']) {
    const parts = markedWords(text, 'a istanbul (( fin');
    expect(parts.map((part) => part.text).join('')).toBe(text);
  }
});
