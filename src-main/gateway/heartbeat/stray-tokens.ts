// Outside of heartbeats: a model that says HEARTBEAT_OK or NO_REPLY on a line of its own means nothing by it that a person
// should read. Taken out of a stream without a character of it getting through first. A token in somebody's sentence stays.

/** Signs that models put around a token. */
const SIGNS = String.raw`[^\p{L}\p{N}\n]*`;
const TOKEN = String.raw`(?:HEARTBEAT[_ -]?OK|NO_REPLY)`;
const STRAY_LINE = new RegExp(`^${SIGNS}${TOKEN}${SIGNS}$`, 'iu');
const LONGEST = 120;
const TOKENS = ['heartbeat_ok', 'heartbeat ok', 'heartbeat-ok', 'heartbeatok', 'no_reply'];

export interface StrayTokenFilter {
  /** @returns what can be shown of what has come so far */
  push(text: string): string;
  /** Nothing more comes. @returns the rest */
  end(): string;
}

export function createStrayTokenFilter(): StrayTokenFilter {
  let line = '';
  /** Of this line something has been shown, so it is no token. */
  let shown = false;

  return {
    push: (text) => {
      let out = '';
      const pieces = text.split('\n');
      for (const [index, piece] of pieces.entries()) {
        line += piece;
        if (index < pieces.length - 1) {
          out += shown || !STRAY_LINE.test(line) ? `${line}\n` : '';
          line = '';
          shown = false;
        } else if (shown || !mayBecomeToken(line)) {
          out += line;
          shown ||= line !== '';
          line = '';
        }
      }
      return out;
    },
    end: () => {
      const rest = shown || !STRAY_LINE.test(line) ? line : '';
      line = '';
      shown = false;
      return rest;
    },
  };
}

/** The whole text, without its stray tokens. */
export function withoutStrayTokens(text: string): string {
  const filter = createStrayTokenFilter();
  return filter.push(text) + filter.end();
}

function mayBecomeToken(line: string): boolean {
  if (line === '' || line.length > LONGEST) return false;
  const words = line.replace(/^[^\p{L}\p{N}\n]*/u, '').toLowerCase();
  return TOKENS.some((token) =>
    words.length <= token.length
      ? token.startsWith(words)
      : words.startsWith(token) && !/[\p{L}\p{N}]/u.test(words.slice(token.length)),
  );
}
