// Runs what another gateway invokes on this computer: notifications through the inbox, commands through this computer's own
// rules and person, pictures of the screen after that person agreed. What the other side says about approvals of its own
// counts for nothing here.

import { homedir } from 'node:os';
import * as z from 'zod/mini';
import { errorText } from '../../shared/logger.ts';
import { NodeCallError } from '../../shared/node-dial.ts';
import { plainText } from '../../shared/plain-text.ts';
import { agentOfGateway } from '../../shared/protocol/approvals.ts';
import { MINUTE, type Clock } from '../../shared/time.ts';
import { execApprovalsFile, type ExecPolicy } from '../approvals/exec-policy.ts';
import { CommandRefused } from '../exec/exec-gate.ts';
import { createOutput } from '../exec/output.ts';
import type { ExecService } from '../exec/exec-service.ts';
import type { ProgramFinder } from '../exec/programs.ts';
import { commandLine } from '../exec/shell.ts';
import type { ShellKind } from '../approvals/analysis/analysis.ts';
import type { Asker, ScreenCapture } from './node-host.ts';
import type { NotificationService } from '../notifications/notification-service.ts';

export interface CommandCall {
  readonly asker: Asker;
  readonly command: string;
  /** Whatever the other side sent. */
  readonly params: unknown;
  readonly signal: AbortSignal;
}

export interface NodeCommands {
  /** @returns what is answered, as JSON. @throws NodeCallError */
  run(call: CommandCall): Promise<unknown>;
  /** Ends what runs. */
  stop(): Promise<void>;
}

const optional = z.optional;
const notify = z.looseObject({ title: optional(z.string()), body: optional(z.string()) });
const argv = z.array(z.string().check(z.maxLength(32_768))).check(z.minLength(1), z.maxLength(512));
const runParams = z.looseObject({
  command: argv,
  cwd: optional(z.nullable(z.string().check(z.maxLength(4_096)))),
  env: optional(z.nullable(z.record(z.string(), z.string()))),
  timeoutMs: optional(z.nullable(z.number())),
  agentId: optional(z.nullable(z.string())),
  sessionKey: optional(z.nullable(z.string())),
});
const which = z.looseObject({
  bins: z.array(z.string().check(z.maxLength(256))).check(z.maxLength(256)),
});
const policyChange = z.looseObject({ file: execApprovalsFile, baseHash: optional(z.nullable(z.string())) });
const snapshot = z.looseObject({
  screenIndex: optional(z.int().check(z.gte(0), z.lte(31))),
  maxWidth: optional(z.number().check(z.gte(16), z.lte(7_680))),
  quality: optional(z.number().check(z.gte(0), z.lte(1))),
  format: optional(z.enum(['jpeg', 'jpg', 'png'])),
});

const MAX_TITLE = 120;
const MAX_BODY = 1_000;
/** Notifications of one gateway in a minute. */
const MAX_NOTICES = 20;

export function createNodeCommands(deps: {
  readonly notifications: Pick<NotificationService, 'raise'>;
  readonly exec: Pick<ExecService, 'run' | 'stop'>;
  readonly policy: ExecPolicy;
  readonly finder: ProgramFinder;
  /** Where programs are looked for. */
  readonly searchPath: () => string;
  readonly shell: ShellKind;
  readonly captureScreen: ScreenCapture | undefined;
  readonly newId: () => string;
  readonly clock: Clock;
}): NodeCommands {
  const { notifications, exec, policy, finder, searchPath, shell, captureScreen, newId, clock } = deps;
  const noticed = new Map<string, readonly number[]>();

  async function showNotification({ asker, params }: CommandCall): Promise<unknown> {
    const { title, body } = parsed(notify, params);
    const words = plainText(title, MAX_TITLE);
    const text = plainText(body, MAX_BODY) ?? '';
    if (words === undefined && text === '')
      throw new NodeCallError('INVALID_REQUEST', 'title or body must say something.');
    const now = clock.now();
    const lately = (noticed.get(asker.id) ?? []).filter((at) => now - at < MINUTE);
    if (lately.length >= MAX_NOTICES)
      throw new NodeCallError('RATE_LIMITED', `No more than ${MAX_NOTICES} notifications a minute.`);
    noticed.set(asker.id, [...lately, now]);
    await notifications.raise({
      kind: 'alert',
      title: words === undefined ? asker.name : `${asker.name}: ${words}`,
      body: text,
    });
    return { ok: true };
  }

  async function runCommand({ asker, params, signal }: CommandCall): Promise<unknown> {
    const { command, cwd, env, timeoutMs } = parsed(runParams, params);
    if (Object.keys(env ?? {}).length > 0)
      throw new NodeCallError('INVALID_REQUEST', 'This computer takes no variables from elsewhere.');
    const streams = { stdout: createOutput(), stderr: createOutput() };
    const result = await exec.run({
      command: commandLine(command, shell),
      folder: cwd ?? undefined,
      agentId: agentOfGateway(asker.id, asker.name),
      sessionKey: null,
      runId: newId(),
      callId: undefined,
      timeoutMs: timeoutMs === undefined || timeoutMs === null || timeoutMs <= 0 ? undefined : timeoutMs,
      background: false,
      onOutput: (text, stream) => {
        streams[stream].add(text);
      },
      onWaiting: () => undefined,
      signal,
    });
    if (result.kind === 'background') throw new NodeCallError('UNAVAILABLE', 'It runs in the background.');
    const { exitCode, ended, error } = result.end;
    return {
      ...(exitCode === undefined ? {} : { exitCode }),
      timedOut: ended === 'timeout',
      success: exitCode === 0 && ended === undefined && error === undefined,
      stdout: streams.stdout.text(),
      stderr: streams.stderr.text(),
      error: error ?? null,
      truncated: streams.stdout.cut() || streams.stderr.cut(),
    };
  }

  /** For gateways that ask first what would run; they decide about it on their side, and we on ours. */
  function prepare(params: unknown): unknown {
    const { command, cwd, agentId, sessionKey } = parsed(runParams, params);
    return {
      plan: {
        argv: command,
        cwd: cwd ?? null,
        commandText: commandLine(command, shell),
        commandPreview: null,
        agentId: agentId ?? null,
        sessionKey: sessionKey ?? null,
      },
    };
  }

  async function findPrograms(params: unknown): Promise<unknown> {
    const { bins } = parsed(which, params);
    const found: Record<string, string> = {};
    for (const name of bins.map((bin) => bin.trim())) {
      // Names only: paths would tell which files there are.
      if (name === '' || /[/\\:\0]/.test(name)) continue;
      const program = await finder.find(name, homedir(), searchPath());
      if (program !== undefined) found[name] = program.path;
    }
    return { bins: found };
  }

  function changePolicy(params: unknown): unknown {
    const { file, baseHash } = parsed(policyChange, params);
    return policy.replace(file, baseHash ?? undefined);
  }

  async function takePicture({ asker, params, signal }: CommandCall): Promise<unknown> {
    if (captureScreen === undefined)
      throw new NodeCallError('UNAVAILABLE', 'There is nobody at a screen who could be asked.');
    const { screenIndex = 0, maxWidth = 1_600, quality = 0.8, format = 'jpeg' } = parsed(snapshot, params);
    const wish = { screenIndex, maxWidth: Math.round(maxWidth), quality, format } as const;
    return captureScreen({ ...wish, format: format === 'png' ? 'png' : 'jpeg' }, asker, signal);
  }

  async function run(call: CommandCall): Promise<unknown> {
    switch (call.command) {
      case 'system.notify':
        return showNotification(call);
      case 'system.run':
        return runCommand(call);
      case 'system.run.prepare':
        return prepare(call.params);
      case 'system.which':
        return findPrograms(call.params);
      case 'system.execApprovals.get':
        return policy.snapshot();
      case 'system.execApprovals.set':
        return changePolicy(call.params);
      case 'screen.snapshot':
        return takePicture(call);
      default:
        throw new NodeCallError('UNAVAILABLE', 'command not supported');
    }
  }

  return {
    stop: () => exec.stop(),
    run: async (call) => {
      try {
        return await run(call);
      } catch (error) {
        if (call.signal.aborted) throw call.signal.reason;
        if (error instanceof NodeCallError) throw error;
        const denied = error instanceof CommandRefused;
        throw new NodeCallError('UNAVAILABLE', `${denied ? 'SYSTEM_RUN_DENIED: ' : ''}${errorText(error)}`);
      }
    },
  };
}

function parsed<Schema extends z.ZodMiniType>(schema: Schema, params: unknown): z.infer<Schema> {
  const result = schema.safeParse(params ?? {});
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'params' : issue.path.join('.');
  throw new NodeCallError('INVALID_REQUEST', `${where} cannot be understood.`);
}
