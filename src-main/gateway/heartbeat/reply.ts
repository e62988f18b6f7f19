// What an agent's answer means when it may say "nothing to tell": the tokens HEARTBEAT_OK and NO_REPLY, wherever and however
// models write them, or words for the person. Nobody but us is ever to see the tokens. Pure.

/** Words beside the token that are still an acknowledgement, characters (OpenClaw's `ackMaxChars`). */
const ACK_LENGTH = 300;

/** Between the two words of a token: what people and models put there instead of an underscore. */
const JOINT = String.raw`(?:<[^<>]{1,20}>)*[ _\-‑–]?(?:<[^<>]{1,20}>)*`;
/** Only Latin letters go on a word here: other scripts may stand right beside it. */
const TOKEN = String.raw`(?<![A-Za-z0-9_])(?:HEARTBEAT${JOINT}OK|NO_(?:<[^<>]{1,20}>)*REPLY)(?![A-Za-z0-9]|_[A-Za-z0-9])`;
/** Emphasis, code, quotes and tags that were meant for the token alone. */
const WRAPPED = String.raw`(?:<[A-Za-z][^<>]{0,40}>|[*_\x60~"'“”‘’«»„\[(])*`;
const UNWRAPPED = String.raw`(?:</[A-Za-z][^<>]{0,20}>|[*_\x60~"'“”‘’«»\])])*`;

const ANY_TOKEN = new RegExp(TOKEN, 'giu');
const WITH_WRAPPING = new RegExp(`${WRAPPED}${TOKEN}${UNWRAPPED}[.!。！]*`, 'giu');
/** As a whole answer this is the token too; in a sentence it is English. */
const ONLY_NO_REPLY = /^[^\p{L}\p{N}]*no[ _-]?reply[^\p{L}\p{N}]*$/iu;
const SAYS_SOMETHING = /[\p{L}\p{N}]/u;
/** The end of a sentence or a line, and then nothing but signs. */
const EDGE_BEFORE = /(?:^|[\n.!?:;,。！？：；…|>–—-])[^\p{L}\p{N}]*$/u;
const EDGE_AFTER = /^[^\p{L}\p{N}]*?(?:$|[\n.!?:;,。！？：；，…|<])/u;
const CONTEXT = 60;

/**
 * @param ackLength words beside the token that are dropped with it, characters
 * @returns what is to be told, or `undefined` when the agent says that there is nothing
 */
export function wordsOf(answer: string, ackLength = ACK_LENGTH): string | undefined {
  const text = plain(answer);
  if (!SAYS_SOMETHING.test(text) || ONLY_NO_REPLY.test(text)) return undefined;
  const tokens = [...text.matchAll(ANY_TOKEN)];
  if (tokens.length === 0) return answer.trim();
  const rest = withoutTokens(answer);
  if (!SAYS_SOMETHING.test(rest)) return undefined;
  const acknowledges = tokens.some((match) => standsAlone(text, match.index, match.index + match[0].length));
  return acknowledges && rest.length <= ackLength ? undefined : rest;
}

/** The text without any token in it, and otherwise as it was. */
export function withoutTokens(written: string): string {
  const text = plain(written);
  if (!new RegExp(TOKEN, 'iu').test(text)) return written;
  return text
    .replace(WITH_WRAPPING, '')
    .replace(/[ \t]+$/gm, '')
    .replace(/([^\n]) {2,}/g, '$1 ')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** First, last, or a sentence of its own: not a word in somebody's sentence. */
function standsAlone(text: string, start: number, end: number): boolean {
  const before = text.slice(0, start);
  const after = text.slice(end);
  if (!SAYS_SOMETHING.test(before) || !SAYS_SOMETHING.test(after)) return true;
  return EDGE_BEFORE.test(before.slice(-CONTEXT)) && EDGE_AFTER.test(after.slice(0, CONTEXT));
}

/** Letters as people see them: without escapes, wide forms and characters that have no width. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\u00ad\u200b-\u200f\u2060\ufeff]/g, '')
    .replace(/\\([_*`])/g, '$1')
    .replace(/&(?:#0*95|#x0*5f|lowbar|UnderBar);/gi, '_')
    .replace(/&(?:nbsp|#160);/gi, ' ')
    .replace(/&lt;/gi, '<')
    .replace(/&gt;/gi, '>');
}
