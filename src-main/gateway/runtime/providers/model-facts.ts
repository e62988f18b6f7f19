// What servers tell about their models, each under its own names. Pure; what cannot be read is not known.

import { isJsonObject, type JsonObject } from '../../../shared/json.ts';
import type { ModelChoice } from '../../../shared/protocol/models.ts';

/** What can be known of a model beside who has it. */
export type ModelFacts = Pick<
  ModelChoice,
  'id' | 'contextWindow' | 'reasoning' | 'supportsTools' | 'input'
> & { readonly name?: string };

const MAX_MODELS = 1_000;
const MAX_NAME = 256;
/** Names of models that embed or rerank instead of answering. */
const NOT_FOR_CHAT = /embed|rerank|bge-|minilm|whisper|tts|dall-e|moderation/i;

/** @param body of `GET …/models`: `{data: [{id, …}]}` */
export function modelFacts(body: unknown): readonly ModelFacts[] {
  if (!isJsonObject(body) || !Array.isArray(body['data'])) return [];
  const entries: readonly unknown[] = body['data'];
  return entries.slice(0, MAX_MODELS).flatMap((entry) => (isJsonObject(entry) ? factsOf(entry) : []));
}

function factsOf(entry: JsonObject): readonly ModelFacts[] {
  const { id } = entry;
  if (typeof id !== 'string' || id === '' || id.length > MAX_NAME || NOT_FOR_CHAT.test(id)) return [];
  if (entry['type'] === 'embeddings') return [];
  const abilities = words(entry['supported_parameters'], entry['capabilities']);
  const inputs = words(
    isJsonObject(entry['architecture']) ? entry['architecture']['input_modalities'] : undefined,
  );
  return [
    withoutUndefined({
      id,
      name: text(entry['display_name']) ?? text(entry['name']),
      contextWindow: contextOf(entry),
      reasoning: abilities?.some((word) => word === 'reasoning' || word === 'thinking'),
      supportsTools: abilities?.some((word) => word === 'tools' || word === 'tool_use'),
      input: inputsOf(entry, inputs),
    }),
  ];
}

/** OpenRouter, vLLM, Anthropic, LM Studio, llama.cpp. */
function contextOf(entry: JsonObject): number | undefined {
  const meta = isJsonObject(entry['meta']) ? entry['meta'] : {};
  return [
    entry['loaded_context_length'],
    entry['context_length'],
    entry['context_window'],
    entry['max_model_len'],
    entry['max_input_tokens'],
    entry['max_context_length'],
    meta['n_ctx'],
    meta['n_ctx_train'],
  ].find((value): value is number => Number.isSafeInteger(value) && Number(value) > 0);
}

function inputsOf(entry: JsonObject, told: readonly string[] | undefined): ModelFacts['input'] {
  if (entry['type'] === 'vlm') return ['text', 'image'];
  if (told === undefined) return undefined;
  const known = (['text', 'image', 'audio', 'video'] as const).filter((kind) => told.includes(kind));
  const kinds = told.includes('file') ? [...known, 'document' as const] : known;
  return kinds.length === 0 ? undefined : kinds;
}

/** The texts of all lists that are there; `undefined` when none is. */
function words(...lists: readonly unknown[]): readonly string[] | undefined {
  const found = lists.filter((list): list is readonly unknown[] => Array.isArray(list));
  if (found.length === 0) return undefined;
  return found.flatMap((list) => list.filter((word) => typeof word === 'string'));
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, MAX_NAME) : undefined;
}

type Told = { readonly [Key in keyof ModelFacts]: ModelFacts[Key] | undefined } & Pick<ModelFacts, 'id'>;

function withoutUndefined(told: Told): ModelFacts {
  const known = Object.entries(told).filter(([, part]: [string, unknown]) => part !== undefined);
  return { id: told.id, ...Object.fromEntries(known) };
}
