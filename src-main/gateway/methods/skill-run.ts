// Running a skill by its name, as the gateway course (`skill.run`) and the gateway API page (`skill_invoke`) know it: a turn
// of the agent that is told to follow the skill's instructions.

import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { GatewayError } from '../../shared/errors.ts';
import { agentOfSession, MAIN_SESSION_KEY } from '../../shared/session-key.ts';
import type { AgentRuntime } from '../agents/agent-runtime.ts';
import type { RunRequest } from '../runtime/active-run.ts';
import type { RunService } from '../runtime/run-service.ts';
import { readText } from '../skills/skill-folders.ts';
import type { SkillLibrary } from '../skills/skill-library.ts';
import { instructionsOf } from '../skills/skill-manifest.ts';
import { MAX_MESSAGE } from './chat.ts';
import { defineCompatMethod, joinChannel, type Method } from './method.ts';
import { typedResponse } from './typed-response.ts';

const params = z.looseObject({
  skill: z.string().check(z.minLength(1), z.maxLength(128)),
  /** Words, or an object. */
  args: z.optional(z.unknown()),
});
type Params = z.infer<typeof params>;

export function skillRunMethods(deps: {
  readonly library: SkillLibrary;
  readonly runs: RunService;
  readonly agents: AgentRuntime;
}): readonly Method[] {
  const { library, runs } = deps;
  return [
    defineCompatMethod({
      name: 'skill.run',
      dialects: ['json-rpc'],
      scope: 'operator.write',
      params,
      handle: async (asked, { subscriptions, requestId }) => {
        const request = await requestFor(asked, subscriptions.current, deps);
        const channel = joinChannel(subscriptions, request.sessionKey);
        const { status, runId } = await runs.start({ ...request, requestId });
        return { status, run_id: runId, channel };
      },
    }),
    defineCompatMethod({
      name: 'typed.skill_invoke',
      dialects: ['typed'],
      scope: 'operator.write',
      params,
      handle: async (asked, { progress, requestId }) => {
        const request = await requestFor(asked, MAIN_SESSION_KEY, deps);
        await runs.start({ ...request, requestId, onTool: progress });
        const outcome = await runs.outcome(request.runId);
        if (outcome === undefined) throw new GatewayError('internal', 'The run is gone.');
        return typedResponse(outcome);
      },
    }),
  ];

  async function requestFor(
    { skill: name, args }: Params,
    sessionKey: string,
    { agents }: Pick<typeof deps, 'agents'>,
  ): Promise<RunRequest> {
    const agentId = agentOfSession(sessionKey);
    const found = await library.usable(agentId, name);
    if (found?.skill.userInvocable !== true) throw await notFound(agentId, name);
    const { skill } = found;
    if ((await agents.model(agentId, undefined)).status.source === 'offline')
      throw new GatewayError(
        'unavailable',
        'A skill needs a language model, and none is set up. The built-in assistant cannot follow instructions.',
      );
    const words =
      typeof args === 'string' ? args : args === undefined || args === null ? '' : JSON.stringify(args);
    const message = words.trim() === '' ? `Use the skill ${name}.` : `Use the skill ${name}: ${words}`;
    if (message.length > MAX_MESSAGE)
      throw new GatewayError('invalid-params', `args is longer than ${MAX_MESSAGE} characters`);
    const instructions = instructionsOf(await readText(skill.file));
    return {
      runId: randomUUID(),
      sessionKey,
      message,
      extraInstructions: `# The skill ${name}\nThe person asks for this skill. Its files are in ${skill.folder}. Follow its instructions:\n\n${instructions}`,
    };
  }

  async function notFound(agentId: string, name: string): Promise<GatewayError> {
    const states = await library.of(agentId);
    const blocked = states.find(({ skill }) => skill.name === name);
    const known = states.filter(({ skill, eligible }) => eligible && skill.userInvocable);
    const list = known.map(({ skill }) => skill.name).join(', ');
    const others = list === '' ? 'No skills are installed.' : `There are: ${list}.`;
    return new GatewayError(
      'not-found',
      blocked === undefined
        ? `There is no skill named ${name}. ${others}`
        : `The skill ${name} cannot be used. skills.status says what is missing.`,
      { details: { code: 'SKILL_NOT_FOUND' } },
    );
  }
}
