import { expect, test } from 'vitest';
import { passagesOf } from '../../../../src-main/gateway/memory/passages.ts';

const of = (text: string): unknown[] =>
  passagesOf(text.split('\n')).map(({ firstLine, lastLine, text: said }) => [firstLine, lastLine, said]);

test('paragraphs and entries of lists are passages, with their lines', () => {
  expect(of('# Home\n\nAna lives\nin Bern.\n\n- milk\n- bread\n  and butter\n\n## Work\nRust\n')).toEqual([
    [3, 4, 'Ana lives\nin Bern.'],
    [6, 6, '- milk'],
    [7, 8, '- bread\n  and butter'],
    [11, 11, 'Rust'],
  ]);
});

test('a long paragraph becomes several, and nothing is lost', () => {
  const lines = Array.from({ length: 60 }, (_, n) => `line ${n} `.repeat(6));
  const passages = passagesOf(lines);
  expect(passages.length).toBeGreaterThan(2);
  expect(passages[0]?.firstLine).toBe(1);
  expect(passages.at(-1)?.lastLine).toBe(60);
  for (const [n, { firstLine }] of passages.entries())
    if (n > 0) expect(firstLine).toBe((passages[n - 1]?.lastLine ?? 0) + 1);
});

test('is bounded, and nothing for nothing', () => {
  expect(of('')).toEqual([]);
  expect(of('\n\n  \n')).toEqual([]);
  expect(passagesOf(Array.from({ length: 9_000 }, (_, n) => `- ${n}`))).toHaveLength(2_000);
  expect(passagesOf(['x'.repeat(100_000)])[0]?.text).toHaveLength(4_000);
});
