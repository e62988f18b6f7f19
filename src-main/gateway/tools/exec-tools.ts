// Commands as tools: `exec` runs one, `process` looks after those that go on in the background.

import * as z from 'zod/mini';
import { SECOND } from '../../shared/time.ts';
import type { CommandEnd } from '../exec/command-runner.ts';
import type { BackgroundCommand, ExecService } from '../exec/exec-service.ts';
import { defineTool, type Tool } from './tool.ts';

const MAX_WRITE = 65_536;
const MAX_SHOWN = 200;
const text = z.string();
const about = (description: string) => z.meta({ description });

export function createExecTools(exec: ExecService, platform: NodeJS.Platform): readonly Tool[] {
  const shell = platform === 'win32' ? 'PowerShell' : 'the shell';
  return [
    defineTool({
      name: 'exec',
      description: `Runs a command in ${shell} on this computer, in the workspace, and answers with what it printed. A person may have to approve it first; a denial is final, so do not try to get around it.`,
      parameters: z.strictObject({
        command: text.check(z.minLength(1), about('The whole command line')),
        workdir: z.optional(text.check(about('Folder to run it in, relative to the workspace'))),
        timeout: z.optional(z.number().check(z.gt(0), about('Seconds after which it is ended'))),
        background: z.optional(
          z.boolean().check(about('Answer at once and let it go on; the tool process looks after it')),
        ),
        pty: z.optional(
          z.boolean().check(about('Run it in a terminal, for programs that do not work without one')),
        ),
      }),
      run: async (args, context) => {
        const result = await exec.run({
          command: args.command,
          folder: args.workdir,
          timeoutMs: args.timeout === undefined ? undefined : Math.round(args.timeout * SECOND),
          background: args.background ?? false,
          pty: args.pty ?? false,
          agentId: context.agentId,
          sessionKey: context.sessionKey,
          runId: context.runId,
          callId: context.callId,
          signal: context.signal,
          onWaiting: () => {
            context.onOutput?.('Waiting for approval.\n');
          },
          onOutput: (piece) => {
            context.onOutput?.(piece);
          },
        });
        if (result.kind === 'background')
          return `It runs in the background as ${result.id}. Use the tool process with this id.`;
        return outcome(result.output, result.end);
      },
    }),
    defineTool({
      name: 'process',
      description:
        'Background commands of the tool exec: list them, read what is new (poll), write to one, resize the terminal of one, end one (kill).',
      parameters: z.strictObject({
        action: z.enum(['list', 'poll', 'write', 'resize', 'kill']),
        id: z.optional(text.check(about('Of the command; not for list'))),
        input: z.optional(
          text.check(z.maxLength(MAX_WRITE), about('For write: the text, with its line breaks')),
        ),
        columns: z.optional(z.int().check(z.gte(1), about('For resize'))),
        rows: z.optional(z.int().check(z.gte(1), about('For resize'))),
        wait: z.optional(
          z.number().check(z.gte(0), about('For poll: seconds to wait for something new, at most 30')),
        ),
      }),
      run: async ({ action, id = '', input = '', wait = 0, columns, rows }, { agentId, signal }) => {
        switch (action) {
          case 'list': {
            const all = exec.list(agentId);
            return all.length === 0 ? 'No commands run in the background.' : all.map(line).join('\n');
          }
          case 'poll': {
            const polled = await exec.poll(agentId, id, wait * SECOND, signal);
            if (polled === undefined) throw unknown(id);
            return `${polled.news === '' ? '(nothing new)' : polled.news}\n\n${line(polled.about)}`;
          }
          case 'write':
            if (!exec.list(agentId).some((entry) => entry.id === id)) throw unknown(id);
            if (!exec.write(agentId, id, input)) throw new Error(`${id} does not read any more.`);
            return 'Written.';
          case 'resize':
            if (!exec.list(agentId).some((entry) => entry.id === id)) throw unknown(id);
            if (columns === undefined || rows === undefined) throw new Error('Give columns and rows.');
            if (!exec.resize(agentId, id, { columns, rows })) throw new Error(`${id} has no terminal.`);
            return 'Resized.';
          case 'kill':
            if (!exec.list(agentId).some((entry) => entry.id === id)) throw unknown(id);
            return (await exec.kill(agentId, id)) ? 'Ended.' : 'It has ended already.';
        }
      },
    }),
  ];
}

function unknown(id: string): Error {
  return new Error(`There is no background command ${id.slice(0, 64)}. The action list shows all.`);
}

/** @throws Error with the same words when it did not go well */
function outcome(output: string, end: CommandEnd): string {
  const printed = output.trimEnd();
  const how = ending(end);
  if (how === undefined) return printed === '' ? '(no output)' : printed;
  throw new Error(printed === '' ? how : `${printed}\n\n${how}`);
}

/** `undefined` when it ended well. */
function ending({ exitCode, signal, ended, error }: CommandEnd): string | undefined {
  if (error !== undefined) return `It could not be started: ${error}`;
  if (ended === 'timeout') return 'It took too long and was ended.';
  if (ended === 'stopped') return 'It was ended.';
  if (signal !== undefined) return `It was ended by ${signal}.`;
  return exitCode === 0 ? undefined : `Exit code ${exitCode ?? 'unknown'}.`;
}

function line({ id, command, end }: BackgroundCommand): string {
  const state = end === undefined ? 'running' : (ending(end) ?? 'Exit code 0.');
  const short = command.length > MAX_SHOWN ? `${command.slice(0, MAX_SHOWN)}…` : command;
  return `${id}: ${state} ${short}`;
}
