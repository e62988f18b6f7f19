// The command of a job: from the words of its definition to a command line that the rules about commands are asked about,
// and from its end to a result. Whether it may run is decided in exec/; nobody is asked twice for one run.

import { SECOND } from '../../shared/time.ts';
import { agentOfSession } from '../../shared/session-key.ts';
import type { CommandEnd } from '../exec/command-runner.ts';
import { CommandRefused } from '../exec/exec-gate.ts';
import type { ExecService } from '../exec/exec-service.ts';
import type { CommandPayload, CronDiagnostics } from '../../shared/protocol/cron.ts';
import { JobFailure } from './job-runs.ts';

/** What a command came to. */
export interface CommandResult {
  /** What it printed, bounded. */
  readonly output: string;
  readonly diagnostics: CronDiagnostics;
}

export interface CommandContext {
  readonly runId: string;
  readonly sessionKey: string;
  readonly signal: AbortSignal;
  /** It waits for a person now. */
  readonly onWaiting: () => void;
}

/** @throws JobFailure when it was not run, or did not end well */
export type CommandRunner = (payload: CommandPayload, context: CommandContext) => Promise<CommandResult>;

/** OpenClaw's. */
const TIMEOUT = 600;
/** `timeoutSeconds: 0` asks for no limit; what hangs is ended all the same. */
const LONGEST = 7_200;
/** Characters of its output that are kept in the history. */
const OUTPUT = 8_000;
const MAX_OUTPUT = 64_000;
const LAST_LINE = 200;

/** Words that mean something else than a program, or end one, when they stand first. */
const RESERVED =
  /^(?:if|then|else|elif|fi|case|esac|for|select|while|until|do|done|in|function|time|coproc|\.)$/;
const PLAIN_PROGRAM = /^[\w./-]+$/;
const PLAIN_WORD = /^[\w@%+=:,./-]+$/;

export function createCommandRunner(deps: {
  readonly exec: () => Pick<ExecService, 'run'>;
  readonly platform: NodeJS.Platform;
  readonly now: () => number;
}): CommandRunner {
  const { exec, platform, now } = deps;

  return async ({ argv, cwd, timeoutSeconds = TIMEOUT, outputMaxBytes = OUTPUT }, context) => {
    const seconds = timeoutSeconds === 0 ? LONGEST : Math.min(timeoutSeconds, LONGEST);
    let result;
    try {
      result = await exec().run({
        command: commandLine(argv, platform),
        folder: cwd,
        timeoutMs: Math.max(1, Math.round(seconds * SECOND)),
        background: false,
        agentId: agentOfSession(context.sessionKey),
        sessionKey: context.sessionKey,
        runId: context.runId,
        callId: undefined,
        signal: context.signal,
        onWaiting: context.onWaiting,
        onOutput: () => undefined,
      });
    } catch (error) {
      if (error instanceof CommandRefused) throw new JobFailure(error.message);
      throw error;
    }
    // A command in the background was not asked for.
    if (result.kind === 'background') throw new JobFailure('The command went on in the background.');
    const { output, end } = result;
    const kept = lastOf(output.trimEnd(), Math.min(outputMaxBytes, MAX_OUTPUT));
    const failure = failureOf(end);
    const diagnostics: CronDiagnostics = {
      entries: [
        {
          ts: now(),
          source: 'exec',
          severity: failure === undefined ? 'info' : 'error',
          message: kept.text === '' ? '(no output)' : kept.text,
          exitCode: end.exitCode ?? null,
          ...(kept.cut ? { truncated: true } : {}),
        },
      ],
    };
    if (failure === undefined) return { output: kept.text, diagnostics };
    const lastLine = kept.text.split('\n').findLast((line) => line.trim() !== '') ?? '';
    const said = lastLine === '' ? failure : `${failure} ${lastLine.trim().slice(0, LAST_LINE)}`;
    throw new JobFailure(said, end.ended === 'timeout' ? 'timeout' : 'unknown', false, diagnostics);
  };
}

/** The words as a shell reads them: each of them literally, and no plainer than they have to be. */
export function commandLine([program = '', ...args]: readonly string[], platform: NodeJS.Platform): string {
  const quote = platform === 'win32' ? quotedForPowerShell : quoted;
  const plain = PLAIN_PROGRAM.test(program) && !RESERVED.test(program);
  const first = plain ? program : quote(program);
  const words = args.map((word) => (PLAIN_WORD.test(word) ? word : quote(word)));
  // PowerShell takes a quoted first word for a text.
  return [...(platform === 'win32' && !plain ? ['&'] : []), first, ...words].join(' ');
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function quotedForPowerShell(word: string): string {
  return `'${word.replaceAll(/['‘’‚‛]/g, '$&$&')}'`;
}

/** The end says more than the beginning. */
function lastOf(text: string, bytes: number): { readonly text: string; readonly cut: boolean } {
  const all = Buffer.from(text);
  if (all.length <= bytes) return { text, cut: false };
  let from = all.length - bytes;
  // Not inside of a character.
  while (from < all.length && ((all[from] ?? 0) & 0xc0) === 0x80) from += 1;
  return { text: all.subarray(from).toString(), cut: true };
}

function failureOf({ exitCode, signal, ended, error }: CommandEnd): string | undefined {
  if (error !== undefined) return `It could not be started: ${error}`;
  if (ended === 'timeout') return 'It took too long and was ended.';
  if (ended === 'stopped') return 'Clawtray was closed during this run.';
  if (signal !== undefined) return `It was ended by ${signal}.`;
  return exitCode === 0 ? undefined : `Exit code ${exitCode ?? 'unknown'}.`;
}
