// A model server over node-llama-cpp: OpenAI's streaming chat completions with a real model of random weights. What it says is
// garbage. Where tools are offered and the last word is a person's, the grammar makes it a call of one of them, so that the
// call can be read while its values are garbage too.
// usage: node model-runtime.mjs <folder of node-llama-cpp> <port>

import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeRandomModel } from './random-model.mjs';

const [folder, port] = process.argv.slice(2);
const entry = createRequire(path.join(folder, 'package.json')).resolve('node-llama-cpp');
const { getLlama, LlamaCompletion } = await import(pathToFileURL(entry).href);

const CONTEXT = 4_096;
const MAX_TOKENS = 24;
const MAX_CALL_TOKENS = 220;
const MAX_ATTEMPTS = 4;
/** Calls in one answer of ours, and then words. */
const MAX_CALLS = 3;

const file = path.join(folder, 'random.gguf');
writeRandomModel(file);
const llama = await getLlama({ build: 'never', gpu: false, logLevel: 'error', maxThreads: 1 });
const model = await llama.loadModel({ modelPath: file });
const context = await model.createContext({ contextSize: CONTEXT, threads: 1 });
const completion = new LlamaCompletion({ contextSequence: context.getSequence() });

/** One answer at a time. */
let busy = Promise.resolve();
let seed = 0;

function generate(prompt, options) {
  seed += 1;
  const made = busy.then(() => completion.generateCompletion(prompt, { temperature: 1, seed, ...options }));
  busy = made.catch(() => undefined);
  return made;
}

/** What the grammar knows of a tool's parameters. */
function simple(schema) {
  const properties = Object.entries(schema.properties ?? {}).filter(([name]) =>
    (schema.required ?? []).includes(name),
  );
  const typeOf = ({ type }) =>
    type === 'string'
      ? { type: 'string', maxLength: 12 }
      : type === 'integer' || type === 'number' || type === 'boolean'
        ? { type }
        : undefined;
  const known = properties.map(([name, property]) => [name, typeOf(property)]);
  return { type: 'object', properties: Object.fromEntries(known.filter(([, type]) => type !== undefined)) };
}

async function callOf(prompt, tools) {
  const forms = tools.map(({ function: { name, parameters } }) => ({
    type: 'object',
    properties: { name: { const: name }, arguments: simple(parameters) },
  }));
  const grammar = await llama.createGrammarForJsonSchema({ oneOf: forms });
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const text = await generate(prompt, { grammar, maxTokens: MAX_CALL_TOKENS });
    try {
      return grammar.parse(text);
    } catch {
      // It did not come to an end in time.
    }
  }
  return undefined;
}

const textOf = ({ role, content, tool_calls: calls = [] }) =>
  `${role}: ${typeof content === 'string' ? content : JSON.stringify(content ?? '')}${calls.map((call) => ` ${call.function.name}`).join('')}\n`;

async function answer(body, response, gone) {
  const { messages, tools = [], model: name } = body;
  const prompt = `${messages.map(textOf).join('')}assistant:`;
  const tokens = model.tokenize(prompt);
  if (tokens.length + MAX_CALL_TOKENS > CONTEXT) {
    const error = {
      code: 400,
      type: 'exceed_context_size_error',
      message: 'the request exceeds the available context size',
    };
    response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (delta, reason = null) => {
    const choices = [{ index: 0, delta, finish_reason: reason }];
    response.write(
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: name, choices })}\n\n`,
    );
  };
  const last = messages.findLastIndex(({ role }) => role === 'user');
  const calls = messages.slice(last).filter(({ role }) => role === 'assistant').length;
  if (tools.length > 0 && calls < MAX_CALLS) {
    const call = await callOf(tokens, tools);
    if (call !== undefined) {
      const fn = { name: call.name, arguments: JSON.stringify(call.arguments) };
      send({
        role: 'assistant',
        tool_calls: [{ index: 0, id: `call_${seed}`, type: 'function', function: fn }],
      });
      send({}, 'tool_calls');
      response.end('data: [DONE]\n\n');
      return;
    }
  }
  await generate(tokens, {
    maxTokens: MAX_TOKENS,
    signal: gone,
    onTextChunk: (content) => send({ role: 'assistant', content }),
  });
  send({}, 'stop');
  const usage = {
    prompt_tokens: tokens.length,
    completion_tokens: MAX_TOKENS,
    total_tokens: tokens.length + MAX_TOKENS,
  };
  response.end(
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: name, choices: [], usage })}\n\ndata: [DONE]\n\n`,
  );
}

const server = createServer(async (request, response) => {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  try {
    let text = '';
    for await (const chunk of request) text += chunk;
    await answer(JSON.parse(text), response, gone.signal);
  } catch (error) {
    console.error(error);
    response.destroy();
  }
});
server.listen(Number(port), '127.0.0.1');
