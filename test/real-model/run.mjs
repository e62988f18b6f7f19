// Runs the built gateway against a real model runtime: node-llama-cpp with a model of random weights. What the model says is
// garbage, and its calls of tools have garbage in them; the tool loop, compaction and the heartbeat must survive that.
// Run with `npm run real-model`. It is no part of the tests: it installs node-llama-cpp (85 MB) into a folder of its own.
// usage: node test/real-model/run.mjs [folder for node-llama-cpp]

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, openClient, startServer } from '../bench/measure.mjs';

const RUNTIME = '3.22.1';
const TOKEN = 'real-model-token-that-is-long-enough';
const here = path.dirname(fileURLToPath(import.meta.url));
const cli = path.join(here, '..', '..', 'dist', 'cli', 'cli.mjs');
const [runtimeFolder = path.join(tmpdir(), `clawtray-node-llama-cpp-${RUNTIME}`)] = process.argv.slice(2);

/** Without the builds for graphics cards, which are ten times as large. */
function installRuntime() {
  if (existsSync(path.join(runtimeFolder, 'node_modules', 'node-llama-cpp'))) return;
  mkdirSync(runtimeFolder, { recursive: true });
  writeFileSync(path.join(runtimeFolder, 'package.json'), '{"private":true}\n');
  const build = `@node-llama-cpp/${process.platform === 'darwin' ? 'mac' : process.platform === 'win32' ? 'win' : 'linux'}-${process.arch}`;
  const { status } = spawnSync(
    'npm',
    [
      'install',
      '--save-exact',
      '--omit=optional',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      `node-llama-cpp@${RUNTIME}`,
      `${build}@${RUNTIME}`,
    ],
    { cwd: runtimeFolder, stdio: 'inherit', shell: process.platform === 'win32' },
  );
  if (status !== 0) throw new Error('node-llama-cpp could not be installed');
}

const failures = [];
function check(what, holds, seen) {
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}${holds ? '' : `: ${JSON.stringify(seen)?.slice(0, 600)}`}`);
  if (!holds) failures.push(what);
}

const folder = mkdtempSync(path.join(tmpdir(), 'clawtray-real-model-'));
const state = path.join(folder, 'state');
const running = [];
try {
  installRuntime();
  const [modelPort, port] = [await freePort(), await freePort()];
  mkdirSync(path.join(state, 'workspace'), { recursive: true });
  writeFileSync(path.join(state, 'workspace', 'HEARTBEAT.md'), '- Look whether the kettle is on.\n');
  writeFileSync(
    path.join(state, 'openclaw.json'),
    JSON.stringify({
      models: {
        detect: false,
        providers: {
          real: {
            baseUrl: `http://127.0.0.1:${modelPort}/v1`,
            models: [{ id: 'random', contextWindow: 700, input: ['text'] }],
          },
        },
      },
      agents: { defaults: { model: 'real/random', maxSteps: 6 } },
      // Few, so that their descriptions fit; none that could do harm with garbage.
      tools: { allow: ['memory_save', 'memory_search', 'read', 'list', 'gateway_status'] },
    }),
  );
  running.push(
    await startServer([path.join(here, 'model-runtime.mjs'), runtimeFolder, String(modelPort)], modelPort),
  );
  running.push(
    await startServer([cli, 'gateway', '--port', String(port), '--token', TOKEN], port, {
      OPENCLAW_STATE_DIR: state,
    }),
  );
  const client = await openClient(port, {
    minProtocol: 4,
    maxProtocol: 4,
    client: { id: 'gateway-client', mode: 'backend', version: '1', platform: 'real-model' },
    scopes: ['operator.admin', 'operator.write', 'operator.read'],
    caps: ['tool-events'],
    auth: { token: TOKEN },
  });
  const events = [];
  let heard = () => undefined;
  client.onEvent((frame) => {
    events.push(frame);
    heard();
  });
  const waitFor = async (fits, what) => {
    const end = Date.now() + 180_000;
    for (;;) {
      const found = events.find(fits);
      if (found !== undefined) return found.payload;
      if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
      await new Promise((resolve) => {
        heard = resolve;
        setTimeout(resolve, 1_000);
      });
    }
  };
  const ask = async (method, params) => {
    const answer = await client.request(method, params);
    if (!answer.ok) throw new Error(`${method}: ${answer.error.message}`);
    return answer.payload;
  };
  const say = async (message, sessionKey = 'main') => {
    const idempotencyKey = `${sessionKey} ${message}`.slice(0, 200);
    await ask('chat.send', { sessionKey, message, idempotencyKey });
    return waitFor(
      ({ event, payload }) =>
        event === 'chat' &&
        payload.runId === idempotencyKey &&
        ['final', 'error', 'aborted'].includes(payload.state),
      `the end of "${message.slice(0, 20)}"`,
    );
  };

  const first = await say('Hello, what do you know?');
  check('a run ends', first.state === 'final', first);
  for (let turn = 1; turn <= 4; turn += 1) {
    const end = await say(`Turn ${turn}. ${'Tell me more about the kettle in the kitchen. '.repeat(6)}`);
    check(`turn ${turn} ends`, end.state === 'final', end);
  }
  const { messages } = await ask('chat.history', { sessionKey: 'main', limit: 200 });
  const calls = messages.flatMap(({ content }) =>
    Array.isArray(content) ? content.filter(({ type }) => type === 'toolCall') : [],
  );
  const results = messages.filter(({ role }) => role === 'toolResult');
  check('tools were called, several steps long', calls.length >= 4, calls);
  check(
    'every call has its result',
    calls.length === results.length && calls.every(({ id }, at) => results[at].toolCallId === id),
    messages,
  );
  check('something was said', messages.at(-1).role === 'assistant', messages.at(-1));
  console.log(
    `     calls: ${calls.map(({ name }) => name).join(', ')}; said: ${JSON.stringify(messages.at(-1).content).slice(0, 120)}`,
  );

  const compacted = events.filter(
    ({ event, payload }) => event === 'agent' && payload.stream === 'compaction',
  );
  check(
    'a conversation that is too long is summarized',
    compacted.some(({ payload }) => payload.data.phase === 'end'),
    compacted,
  );
  const { checkpoints } = await ask('sessions.compaction.list', { key: 'main' });
  check('the summary is kept, whatever it says', checkpoints.length > 0, checkpoints);

  await ask('wake', { mode: 'now', text: 'Is anything the matter?' });
  const heartbeat = await waitFor(({ event }) => event === 'heartbeat', 'the heartbeat');
  console.log(`     heartbeat: ${heartbeat.status}`);
  check('a heartbeat ends', typeof heartbeat.status === 'string' && heartbeat.status !== 'failed', heartbeat);

  const aborting = ask('chat.send', {
    sessionKey: 'other',
    message: 'Go on for ever',
    idempotencyKey: 'abort',
  });
  await aborting;
  await ask('chat.abort', { sessionKey: 'other' });
  const end = await waitFor(
    ({ event, payload }) => event === 'chat' && payload.runId === 'abort' && payload.state === 'aborted',
    'the end of the stopped run',
  );
  check('a run can be stopped', end.state === 'aborted', end);

  const status = await ask('status', {});
  check('the gateway is well', status.activeRuns.length === 0 && status.problems.length === 0, status);
  const log = readFileSync(path.join(state, 'clawtray', 'logs', 'clawtray.log'), 'utf8');
  const errors = log.split('\n').filter((line) => /"level":"?error|ERROR/.test(line));
  check('nothing in the log is an error', errors.length === 0, errors);
  client.close();
} finally {
  for (const server of running.reverse()) await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
console.log(failures.length === 0 ? 'The garbage was survived.' : `${failures.length} checks failed.`);
process.exit(failures.length === 0 ? 0 : 1);
