// What a command has printed, bounded: the beginning and the end are kept, the middle of a long one is left out.

/** Characters that are kept of the beginning and of the end. */
const HEAD = 16_000;
const TAIL = 48_000;

export interface CommandOutput {
  add(text: string): void;
  /** Everything that is kept, with a line about what is not. */
  text(): string;
  /** Whether something is left out. */
  cut(): boolean;
  /** What came since the last call of this function, bounded the same way. */
  news(): string;
}

export function createOutput(): CommandOutput {
  const all = createWindow();
  const unread = createWindow();
  return {
    add: (text) => {
      all.push(text);
      unread.push(text);
    },
    text: () => all.text(),
    cut: () => all.missing() > 0,
    news: () => {
      const text = unread.text();
      unread.clear();
      return text;
    },
  };
}

interface Window {
  push(text: string): void;
  text(): string;
  /** How many characters are left out. */
  missing(): number;
  clear(): void;
}

function createWindow(): Window {
  let head = '';
  let tail = '';
  let left = 0;
  const missing = (): number => left + Math.max(0, tail.length - TAIL);
  return {
    missing,
    push: (text) => {
      const room = HEAD - head.length;
      head += text.slice(0, room);
      tail += text.slice(Math.max(0, room));
      // Not with every piece: cutting a long text is copying it.
      if (tail.length <= TAIL * 2) return;
      left += tail.length - TAIL;
      tail = tail.slice(-TAIL);
    },
    text: () => {
      if (missing() === 0) return head + tail;
      return `${head}\n[${missing()} characters left out]\n${tail.slice(-TAIL)}`;
    },
    clear: () => {
      head = '';
      tail = '';
      left = 0;
    },
  };
}
