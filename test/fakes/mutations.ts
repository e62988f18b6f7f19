// Damages frames in ways that depend only on a seed.

/** A number in [0, 1) at a time, always the same ones for a seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e308,
  9_007_199_254_740_993,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '${HOME}',
  'a'.repeat(2_000),
  [],
  {},
  [[[[[[[[]]]]]]]],
  { __proto__: null, toString: 1 },
  '2026-02-30T25:61:00Z',
];
const ODD_TEXT = [
  '\\u0000',
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\\',
  '\n',
  '\uFEFF',
  '1e999',
  'NaN',
  '😀',
  '\u2028',
  '{"a":',
];

export interface Mutator {
  /** The frame, damaged once or several times. */
  mutate(frame: object): string;
}

export function createMutator(random: () => number): Mutator {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

  /** Replaces, removes or adds something at a random place. */
  function inside(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || random() < 0.25) return pick(ODD_VALUES);
    if (Array.isArray(value))
      return random() < 0.5 ? [...(value as unknown[]), pick(ODD_VALUES)] : value.map(inside);
    const entries = Object.entries(value);
    const index = Math.floor(random() * entries.length);
    switch (Math.floor(random() * 4)) {
      case 0:
        return Object.fromEntries(entries.filter((_, n) => n !== index));
      case 1:
        return Object.fromEntries([
          ...entries,
          [pick(['extra', '__proto__', 'type', 'id', 'jsonrpc', 'params']), pick(ODD_VALUES)],
        ]);
      default:
        return Object.fromEntries(
          entries.map(([key, inner], n) => [key, n === index ? inside(inner) : inner]),
        );
    }
  }

  function text(frame: string): string {
    const at = Math.floor(random() * (frame.length + 1));
    switch (Math.floor(random() * 5)) {
      case 0:
        return frame.slice(0, at);
      case 1:
        return frame.slice(0, at) + pick(ODD_TEXT) + frame.slice(at);
      case 2:
        return frame.slice(0, at) + String.fromCharCode(Math.floor(random() * 65_536)) + frame.slice(at + 1);
      case 3:
        return frame.slice(at) + frame.slice(0, at);
      default:
        return frame + frame.slice(at);
    }
  }

  return {
    mutate: (frame) => {
      const how = random();
      if (how < 0.6) return JSON.stringify(inside(frame));
      if (how < 0.75) return JSON.stringify(inside(inside(frame)));
      if (how < 0.8) return JSON.stringify([frame, inside(frame), pick(ODD_VALUES)]);
      return text(JSON.stringify(frame));
    },
  };
}
