// What an agent's answer to a heartbeat means: nothing to tell, or words for the person. Pure.

/** Words beside the token that are still an acknowledgement, characters (OpenClaw's `ackMaxChars`). */
const ACK_LENGTH = 300;
/** What models put around a token: emphasis, code, quotes, punctuation. */
const AROUND = '[\\s*_`"\'“”.!]*';
const ONLY_NO_REPLY = new RegExp(`^${AROUND}NO_REPLY${AROUND}$`);
const AT_START = new RegExp(`^${AROUND}HEARTBEAT_OK\\b${AROUND}`);
const AT_END = new RegExp(`${AROUND}\\bHEARTBEAT_OK${AROUND}$`);

/** @returns what is to be told, or `undefined` when the agent says that there is nothing */
export function wordsOf(answer: string): string | undefined {
  const text = answer.trim();
  if (text === '' || ONLY_NO_REPLY.test(text)) return undefined;
  const rest = text.replace(AT_START, '').replace(AT_END, '').trim();
  if (rest === text) return text;
  return rest.length <= ACK_LENGTH ? undefined : rest;
}
