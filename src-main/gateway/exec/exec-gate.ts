// Whether a command may run, and exactly what then runs: the policy, the allowlist, and the person who is asked. What a
// person has looked at is bound to what was there at that moment, and compared again right before the start.

import { createHash } from 'node:crypto';
import { mkdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ApprovalDecision, ApprovalRequest, ApprovalRule } from '../../shared/protocol/approvals.ts';
import type { ApprovalService } from '../approvals/approval-service.ts';
import { analyseCommand } from '../approvals/analysis/analyse.ts';
import { riskWarnings, type CommandAnalysis } from '../approvals/analysis/analysis.ts';
import { searchAllowlist, type AllowlistResult } from '../approvals/allowlist.ts';
import type { EffectivePolicy, ExecPolicy } from '../approvals/exec-policy.ts';
import { suspectSpans } from '../approvals/suspect-characters.ts';
import type { CommandStart } from './command-runner.ts';
import { withVariables, type CommandEnvironment } from './environment.ts';
import {
  identityOf,
  sameFile,
  sameIdentity,
  type FileIdentity,
  type Program,
  type ProgramFinder,
} from './programs.ts';
import { literalCommand, type Shell } from './shell.ts';

export interface ExecAsk {
  readonly command: string;
  /** Relative to the agent's workspace, or a whole path. */
  readonly folder: string | undefined;
  readonly agentId: string;
  /** `null` for what belongs to no conversation here. */
  readonly sessionKey: string | null;
  readonly runId: string;
  readonly callId: string | undefined;
  readonly signal: AbortSignal;
  /** It is waiting for a person now. */
  readonly onWaiting: () => void;
}

/** Leave to run once. */
export interface Admission {
  readonly start: CommandStart;
  /** @throws CommandRefused when something of it is not what it was when it was decided about */
  readonly recheck: () => Promise<void>;
}

/** The command does not run; the message says why. */
export class CommandRefused extends Error {}

export interface ExecGate {
  /** @throws CommandRefused, or the signal's reason */
  admit(ask: ExecAsk): Promise<Admission>;
}

export interface ExecGateDeps {
  readonly policy: Pick<ExecPolicy, 'effective' | 'allowAlways'>;
  readonly approvals: Pick<ApprovalService, 'request' | 'wait' | 'withdraw'>;
  readonly finder: ProgramFinder;
  readonly shell: Shell;
  readonly environment: () => CommandEnvironment;
  /** More of it, for an agent's skills. Secrets: only the process gets them. */
  readonly variables: (agentId: string) => Promise<Readonly<Record<string, string>>>;
  readonly workspaceOf: (agentId: string) => string;
  /** Of all agents: nothing in there is allowed by a rule, because agents write there without asking. */
  readonly workspaces: () => readonly string[];
  readonly caseInsensitive: boolean;
}

/** Longer ones belong into a script. */
const MAX_COMMAND = 32_768;
/** Words that may name a file, and are bound with the command. */
const MAX_OPERANDS = 64;

/** Everything that is known about a command before anybody is asked. */
interface Looked {
  readonly ask: ExecAsk;
  readonly cwd: string;
  readonly env: CommandEnvironment;
  /** Of skills. */
  readonly variables: Readonly<Record<string, string>>;
  readonly analysis: CommandAnalysis;
  readonly found: AllowlistResult;
  readonly resolvedPath: string | undefined;
  readonly bound: Bound;
  readonly policy: EffectivePolicy;
  /** Which program a name stands for now. */
  readonly find: (name: string) => Promise<Program | undefined>;
}

/** What was looked at, by which it is recognised later. */
interface Bound {
  readonly folder: FileIdentity;
  /** Programs and the files that they are given; `undefined`: there was none. */
  readonly files: ReadonlyMap<string, FileIdentity | undefined>;
  /** The place at which each program was found, by its name in the command. */
  readonly programs: ReadonlyMap<string, string | undefined>;
}

export function createExecGate(deps: ExecGateDeps): ExecGate {
  const { policy, approvals, finder, shell, environment, workspaceOf, workspaces, caseInsensitive } = deps;

  async function look(ask: ExecAsk): Promise<Looked> {
    const { command, agentId } = ask;
    if (command.trim() === '') throw new CommandRefused('There is no command.');
    if (command.includes('\0')) throw new CommandRefused('A command cannot contain a NUL character.');
    if (command.length > MAX_COMMAND)
      throw new CommandRefused(
        `The command is longer than ${MAX_COMMAND} characters. Write a script into the workspace and run that.`,
      );
    const effective = policy.effective(agentId);
    if (effective.security === 'deny')
      throw new CommandRefused('Commands are switched off for this agent (security is deny).');
    const home = await ownFolder(workspaceOf(agentId));
    const cwd = await folderOf(home, ask.folder);
    const env = environment();
    const variables = await deps.variables(agentId);
    const analysis = await analyseCommand(command, shell.kind);
    const find = (name: string): Promise<Program | undefined> => finder.find(name, cwd, env['PATH'] ?? '');
    const outside = cwd !== home && !cwd.startsWith(home + path.sep);
    const found: AllowlistResult = outside
      ? { kind: 'missed', rules: undefined }
      : await searchAllowlist({
          analysis,
          allowlist: effective.allowlist,
          writableFolders: await behindLinks(workspaces()),
          find,
          caseInsensitive,
          home: env['HOME'] ?? env['USERPROFILE'],
        });
    const { bound, resolvedPath } = await bind(command, cwd, analysis, find);
    return { ask, cwd, env, variables, analysis, found, resolvedPath, bound, find, policy: effective };
  }

  /** The shell, the programs, and the files that they are given: as they are now. */
  async function bind(
    command: string,
    cwd: string,
    analysis: CommandAnalysis,
    find: (name: string) => Promise<Program | undefined>,
  ): Promise<{ bound: Bound; resolvedPath: string | undefined }> {
    const files = new Map<string, FileIdentity | undefined>();
    const programs = new Map<string, string | undefined>();
    let resolvedPath: string | undefined;
    const names =
      analysis.segments.length > 0
        ? analysis.segments.map(({ argv: [name] }) => name)
        : analysis.spans.map(({ startIndex, endIndex }) => command.slice(startIndex, endIndex));
    for (const name of names) {
      const program = await find(name);
      programs.set(name, program?.path);
      if (program === undefined) continue;
      resolvedPath ??= program.path;
      files.set(program.path, program.identity);
    }
    // Where the command was not read completely, whatever in it may be the name of a file.
    const operands =
      analysis.segments.length > 0
        ? analysis.segments.flatMap(({ argv: [, ...args] }) => args)
        : (command.match(/[^\s'"`;|&<>()${}=]+/g) ?? []);
    for (const operand of [...new Set(operands)].slice(0, MAX_OPERANDS)) {
      const file = path.resolve(cwd, operand);
      const found = await stat(file).catch(() => undefined);
      // Folders change whenever something is put into them; what matters is what a program would read and run.
      if (found === undefined ? mayBeScript(operand) : found.isFile())
        files.set(file, await identityOf(file).catch(() => undefined));
    }
    files.set(shell.file, await identityOf(shell.file).catch(noShell));
    return { bound: { folder: await identityOf(cwd), files, programs }, resolvedPath };
  }

  function admission(
    { cwd, env, variables, bound, find }: Looked,
    file: string,
    args: readonly string[],
  ): Admission {
    return {
      start: { file, args, cwd, env: withVariables(env, variables) },
      recheck: async () => {
        const folder = await identityOf(cwd).catch(() => undefined);
        if (folder?.realPath !== cwd || !sameFile(folder, bound.folder))
          throw new CommandRefused(`The folder ${cwd} is not what it was. Nothing was run.`);
        for (const [name, place] of bound.programs)
          if ((await find(name))?.path !== place)
            throw new CommandRefused(
              `${name} is another program than the one that was decided about. Nothing was run; ask again.`,
            );
        for (const [place, identity] of bound.files) {
          const now = await identityOf(place).catch(() => undefined);
          const same =
            now === undefined || identity === undefined ? now === identity : sameIdentity(now, identity);
          if (!same)
            throw new CommandRefused(
              `${place} has changed since it was decided about this command. Nothing was run; ask again.`,
            );
        }
      },
    };
  }

  const asWritten = (looked: Looked): Admission =>
    admission(looked, shell.file, shell.args(looked.ask.command));

  /** Exactly what the rules allow; the shell reads only quoted words. */
  function asAllowed(looked: Looked): Admission | undefined {
    const { found } = looked;
    if (found.kind !== 'allowed') return undefined;
    const [first, ...others] = found.segments;
    if (first === undefined) return undefined;
    if (others.length === 0) return admission(looked, first.program.path, first.argv.slice(1));
    return admission(looked, shell.file, shell.args(literalCommand(found.segments)));
  }

  async function askPerson(looked: Looked): Promise<Admission> {
    const { ask } = looked;
    const rules = alwaysRules(looked);
    const request = requestOf(looked, rules);
    const approval = await approvals.request({
      kind: 'exec',
      origin: 'run',
      request,
      fingerprint: fingerprintOf(looked),
    });
    const { id } = approval;
    if (approval.end === undefined) ask.onWaiting();
    const { end } = approval.end === undefined ? await approvals.wait(id, ask.signal) : approval;
    if (ask.signal.aborted) {
      await approvals.withdraw(id);
      ask.signal.throwIfAborted();
    }
    switch (end?.reason) {
      case 'user':
        return decided(looked, end.decision ?? 'deny', end.resolvedBy ?? 'somebody', rules);
      case 'no-route':
        return unanswered(looked, 'Nobody is connected who could approve it.');
      case 'timeout':
        return unanswered(looked, 'Nobody approved it in time.');
      case 'run-aborted':
      case 'gateway-restart':
      case undefined:
        throw new CommandRefused('The command was not run: the request for approval was withdrawn.');
    }
  }

  function decided(
    looked: Looked,
    decision: ApprovalDecision,
    by: string,
    rules: readonly ApprovalRule[] | undefined,
  ): Admission {
    if (decision === 'deny') throw new CommandRefused(`The command was not run: ${by} denied it.`);
    // While somebody thought about it, an administrator may have switched everything off.
    if (policy.effective(looked.ask.agentId).security === 'deny')
      throw new CommandRefused('Commands were switched off for this agent in the meantime.');
    if (decision === 'allow-always' && rules !== undefined)
      policy.allowAlways(looked.ask.agentId, rules, looked.ask.command);
    return asWritten(looked);
  }

  function unanswered(looked: Looked, why: string): Admission {
    const { askFallback } = looked.policy;
    const allowed = askFallback === 'allowlist' ? asAllowed(looked) : undefined;
    if (askFallback === 'full') return asWritten(looked);
    if (allowed !== undefined) return allowed;
    throw new CommandRefused(`The command was not run. ${why}`);
  }

  return {
    admit: async (ask) => {
      const looked = await look(ask);
      ask.signal.throwIfAborted();
      const { security, ask: when } = looked.policy;
      const allowed = asAllowed(looked);
      if (when !== 'always') {
        if (security === 'full') return asWritten(looked);
        if (allowed !== undefined) return allowed;
        if (when === 'off')
          throw new CommandRefused(
            'The command was not run: it is not on the allowlist, and nobody is to be asked.',
          );
      }
      return askPerson(looked);
    },
  };
}

/** What is not there yet counts where it would be run: `sh later.sh`. Options and ordinary words make no difference. */
function mayBeScript(word: string): boolean {
  return /[./]/.test(word) && !word.startsWith('-') && word.length <= 4_096;
}

/** The folder itself, behind all links; made if it is not there yet. */
async function ownFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return realpath(folder);
}

/** Programs are found by the folder that a workspace really is. */
async function behindLinks(folders: readonly string[]): Promise<readonly string[]> {
  const real = await Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)));
  return [...new Set([...folders, ...real])];
}

async function folderOf(home: string, wanted: string | undefined): Promise<string> {
  if (wanted === undefined || wanted === '') return home;
  const folder = path.resolve(home, wanted);
  const found = await realpath(folder).catch(() => undefined);
  if (found === undefined || !(await stat(found)).isDirectory())
    throw new CommandRefused(`There is no folder ${folder}.`);
  return found;
}

function noShell(): never {
  throw new CommandRefused('There is no shell on this computer that could run it.');
}

function alwaysRules({ found, policy }: Looked): readonly ApprovalRule[] | undefined {
  if (policy.ask === 'always' || policy.security === 'full') return undefined;
  return found.kind === 'missed' ? found.rules : undefined;
}

function requestOf(looked: Looked, rules: readonly ApprovalRule[] | undefined): ApprovalRequest {
  const { ask, cwd, analysis, policy, resolvedPath } = looked;
  const warningLines = riskWarnings(analysis.risks);
  return {
    command: ask.command,
    cwd,
    host: 'gateway',
    nodeId: null,
    agentId: ask.agentId,
    sessionKey: ask.sessionKey,
    sessionId: null,
    runId: ask.runId,
    toolCallId: ask.callId ?? null,
    security: policy.security,
    ask: policy.ask,
    resolvedPath: resolvedPath ?? null,
    warningText: warningLines.length === 0 ? null : warningLines.join(' '),
    allowedDecisions: rules === undefined ? ['allow-once', 'deny'] : ['allow-once', 'allow-always', 'deny'],
    ...(rules === undefined ? { unavailableDecisions: ['allow-always'] } : { alwaysRules: rules }),
    commandAnalysis: {
      commandCount: analysis.commandCount,
      nestedCommandCount: analysis.nestedCommandCount,
      riskKinds: [...analysis.risks],
      warningLines,
    },
    commandSpans: analysis.spans,
    suspectSpans: suspectSpans(ask.command),
  };
}

function fingerprintOf({ ask, cwd, env, variables, bound }: Looked): string {
  const { command, agentId, sessionKey, runId, callId } = ask;
  return (
    createHash('sha256')
      // Of secrets only the names: a short one could be guessed from a hash that is kept.
      .update(
        JSON.stringify([
          command,
          cwd,
          env,
          Object.keys(variables),
          [bound.folder, [...bound.files], [...bound.programs]],
          agentId,
          sessionKey,
          runId,
          callId,
        ]),
      )
      .digest('hex')
  );
}
