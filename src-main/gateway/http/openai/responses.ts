// `POST /v1/responses`: a turn of an agent in the form of OpenAI's Responses API, whole or as a stream. A response is a run
// under its own id, so an earlier response leads to its session for as long as that is kept.

import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../shared/time.ts';
import { agentOfSession } from '../../../shared/session-key.ts';
import type { RunRequest } from '../../runtime/active-run.ts';
import type { PromptImage, PromptMessage } from '../../runtime/model.ts';
import type { AgentDirectory } from '../../agents/agent-directory.ts';
import type { ModelDirectory } from '../../runtime/model-directory.ts';
import type { RunService } from '../../runtime/run-service.ts';
import type { SessionService } from '../../sessions/session-service.ts';
import type { AttachmentService } from '../../attachments/attachment-service.ts';
import type { Toolbox } from '../../tools/tool.ts';
import { createEventStream } from '../event-stream.ts';
import { sendJson } from '../responses.ts';
import type { Exchange } from '../route.ts';
import { requestedSession, resolveTarget, sessionFor, type AgentTarget } from './agent-target.ts';
import { failureOf, type ApiRuns } from './api-run.ts';
import { checkTools, missedCall } from './client-tools.ts';
import { checkCalls, isOwnConversation, newInput, unknownCall, type NewInput } from './conversation.ts';
import { createResponseEvents } from './response-events.ts';
import { endOf, outputOf, responseObject, type ResponseHead } from './response-object.ts';
import {
  responsesSchema,
  responsesSettings,
  responsesToolChoice,
  responsesTools,
  toldInResponses,
  type ResponsesBody,
} from './responses-request.ts';
import { invalid, parseBody } from './schema.ts';

export interface ResponsesDeps {
  readonly apiRuns: ApiRuns;
  readonly runs: RunService;
  readonly sessions: SessionService;
  readonly models: ModelDirectory;
  readonly agents: AgentDirectory;
  readonly toolbox: Toolbox;
  readonly attachments: AttachmentService;
  readonly clock: Clock;
}

const ID_PREFIX = 'resp_';
/** Where the calls of an earlier response are looked for. */
const RECENT_MESSAGES = 80;

export async function createResponse(exchange: Exchange, deps: ResponsesDeps): Promise<void> {
  const { request, response, signal } = exchange;
  const body = parseBody(responsesSchema, await exchange.readJson());
  const target = await resolveTarget(request, body.model, deps);
  const run = await asRun(exchange, body, target, deps);
  const head: ResponseHead = {
    id: run.runId,
    createdAt: Math.floor(deps.clock.now() / 1000),
    model: target.written,
    body,
  };
  if (body.stream === true) {
    await streamed(exchange, run, head, deps.apiRuns);
    return;
  }
  const { outcome: ended } = await deps.apiRuns.start(run, signal);
  const outcome = await ended;
  const failure = failureOf(outcome) ?? missedCall(outcome, run.client?.toolChoice);
  if (failure !== undefined) throw failure;
  const { status, incompleteReason } = endOf(outcome);
  const { usage } = outcome;
  sendJson(
    response,
    200,
    responseObject(head, status, { output: outputOf(outcome), usage, incompleteReason }),
  );
}

async function streamed(
  { response, signal }: Exchange,
  run: RunRequest,
  head: ResponseHead,
  runs: ApiRuns,
): Promise<void> {
  const events = createResponseEvents(createEventStream(response), head);
  const onText = (piece: string): void => {
    events.text(piece);
  };
  const { outcome: ended } = await runs.start({ ...run, client: { ...run.client, onText } }, signal);
  events.begin();
  const outcome = await ended;
  const failure = failureOf(outcome) ?? missedCall(outcome, run.client?.toolChoice);
  if (failure === undefined) events.end(outcome);
  else events.fail(outcome, failure);
}

async function asRun(
  exchange: Exchange,
  body: ResponsesBody,
  target: AgentTarget,
  deps: ResponsesDeps,
): Promise<RunRequest> {
  const { instructions, messages } = toldInResponses(body);
  const tools = responsesTools(body);
  const toolChoice = responsesToolChoice(body);
  checkTools(tools, toolChoice, (name) => deps.toolbox.has(name));
  const { sessionKey, conversation, input } = placeOf(exchange, body, messages, target, deps);
  return {
    runId: `${ID_PREFIX}${randomUUID()}`,
    sessionKey,
    message: input.message,
    attachments: await deps.attachments.acceptImages(sessionKey, input.images, target.model),
    model: target.model,
    extraInstructions: instructions.length === 0 ? undefined : instructions.join('\n\n'),
    client: {
      conversation,
      toolOutputs: input.toolOutputs,
      tools,
      toolChoice,
      settings: responsesSettings(body),
    },
  };
}

interface Place {
  readonly sessionKey: string;
  /** What the client tells instead of leaving it to the session. */
  readonly conversation: readonly PromptMessage[] | undefined;
  readonly input: NewInput;
}

/** Where the conversation goes on: after an earlier response, or in the session that the request names. */
function placeOf(
  { request }: Exchange,
  body: ResponsesBody,
  messages: readonly PromptMessage[],
  target: AgentTarget,
  deps: ResponsesDeps,
): Place {
  const { previous_response_id: previous } = body;
  if (previous != null) {
    const sessionKey = sessionOf(
      previous,
      requestedSession(request, target.agentId, deps.agents),
      target,
      deps.runs,
    );
    return { sessionKey, conversation: undefined, input: continued(previous, sessionKey, messages, deps) };
  }
  checkCalls(messages, 'input');
  const input = newInput(messages, 'input');
  const { sessionKey } = sessionFor(request, body.user, target.agentId, 'openresponses', deps.agents);
  return { sessionKey, conversation: isOwnConversation(messages) ? messages : undefined, input };
}

/** @throws HttpError 400 for a response that is not there, or belongs elsewhere */
function sessionOf(
  responseId: string,
  requested: string | undefined,
  { agentId }: AgentTarget,
  runs: RunService,
): string {
  const sessionKey = responseId.startsWith(ID_PREFIX) ? runs.find(responseId)?.sessionKey : undefined;
  const fits =
    sessionKey !== undefined &&
    agentOfSession(sessionKey) === agentId &&
    (requested === undefined || requested === sessionKey);
  if (fits) return sessionKey;
  throw invalid(
    `Previous response with id '${responseId}' not found.`,
    'previous_response_id',
    'previous_response_not_found',
  );
}

/** What comes on top of an earlier response: results of its calls, the person's words, or both. */
function continued(
  responseId: string,
  sessionKey: string,
  messages: readonly PromptMessage[],
  { sessions }: ResponsesDeps,
): NewInput {
  const calls = new Map(
    sessions
      .messages(sessionKey, RECENT_MESSAGES, 0)
      .filter(({ runId, role }) => runId === responseId && role === 'assistant')
      .flatMap(({ content }) => (typeof content === 'string' ? [] : content))
      .flatMap((block) => (block.type === 'toolCall' ? [[block.id, block.name] as const] : [])),
  );
  const words: string[] = [];
  const images: PromptImage[] = [];
  const toolOutputs = messages.flatMap((message) => {
    if (message.role === 'assistant')
      throw invalid('With previous_response_id the input may hold only what is new.', 'input');
    if (message.role === 'user') {
      words.push(message.text);
      images.push(...(message.images ?? []));
      return [];
    }
    const name = calls.get(message.callId);
    if (name === undefined) throw unknownCall(message.callId, 'input');
    return [{ callId: message.callId, name, output: message.text }];
  });
  const text = words.join('\n\n');
  // Refuses what is empty or too long.
  if (toolOutputs.length === 0 || text !== '') newInput([{ role: 'user', text, images }], 'input');
  return { message: text, toolOutputs, images };
}
