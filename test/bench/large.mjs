// Measures the built gateway with a database of 100,000 messages in 1,000 sessions: the list, a page of history, a search.
// Beside each stands `health` of the same gateway in the same run: what a request costs that reads nothing.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, latency, openClient, startServer } from './measure.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const cli = path.join(here, '..', '..', 'dist', 'cli', 'cli.mjs');
const TOKEN = 'bench-token-that-is-long-enough-to-be-real';
const SESSIONS = 1_000;
const MESSAGES = 100;
const ROUNDS = 200;
const WORDS =
  'the of and to in is you that it he was for on are as with his they at be this have from or one had by word but not what all were we when your can said there use an each which she do how their if will up other about out many then them these so some her would make like him into time has look two more write go see number no way could people my than first water been call who oil its now find long down day did get come made may part'.split(
    ' ',
  );

const folder = mkdtempSync(path.join(tmpdir(), 'clawtray-large-'));
const start = async (port) =>
  startServer([cli, 'gateway', '--port', String(port), '--token', TOKEN], port, {
    OPENCLAW_STATE_DIR: folder,
  });
const connectParams = {
  minProtocol: 4,
  maxProtocol: 4,
  client: { id: 'gateway-client', mode: 'backend', version: '1', platform: 'bench' },
  scopes: ['operator.admin'],
  auth: { token: TOKEN },
};

function fill(file) {
  const { DatabaseSync } = process.getBuiltinModule?.('node:sqlite') ?? {};
  const db = new (DatabaseSync ?? createRequire(import.meta.url)('libsql'))(file);
  const values = (list) => (DatabaseSync === undefined ? [list] : list);
  let seed = 1;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const words = (count) =>
    Array.from({ length: count }, () => WORDS[Math.floor(random() * WORDS.length)]).join(' ');
  const session = db.prepare(
    `INSERT INTO sessions (key, session_id, agent_id, label, title, preview, message_count, created_at, updated_at)
       VALUES (?, ?, 'main', ?, ?, ?, ?, ?, ?)`,
  );
  const message = db.prepare(
    'INSERT INTO messages (id, session_key, seq, body, created_at) VALUES (?, ?, ?, ?, ?)',
  );
  db.exec('BEGIN');
  for (let s = 0; s < SESSIONS; s += 1) {
    const key = `agent:main:large-${s}`;
    const at = 1_700_000_000_000 + s * 60_000;
    session.run(...values([key, `id-${s}`, `Label ${s}`, words(8), words(20), MESSAGES, at, at + MESSAGES]));
    for (let n = 1; n <= MESSAGES; n += 1) {
      const id = `m-${s}-${n}`;
      const body = {
        role: n % 2 === 1 ? 'user' : 'assistant',
        content: [{ type: 'text', text: `${words(40)} ${n === 50 ? `needle${s}` : ''}` }],
        timestamp: at + n,
        __openclaw: { id, seq: n, recordTimestampMs: at + n },
      };
      message.run(...values([id, key, n, JSON.stringify(body), at + n]));
    }
  }
  db.exec('COMMIT');
  db.close();
}

try {
  const first = await start(await freePort());
  await first.stop();
  fill(path.join(folder, 'clawtray', 'clawtray.sqlite'));
  const port = await freePort();
  const gateway = await start(port);
  const client = await openClient(port, connectParams);
  const ask = async (method, params) => {
    const { ok, payload, error } = await client.request(method, params);
    if (!ok) throw new Error(`${method}: ${error.message}`);
    return payload;
  };
  const indexing = performance.now();
  for (;;) {
    const { results } = await ask('sessions.search', { query: `needle${SESSIONS - 1}` });
    if (results.length > 0) break;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  console.log(`Indexed after ${((performance.now() - indexing) / 1_000).toFixed(1)} s.`);
  const bare = await latency(() => ask('health', {}), ROUNDS);
  const figures = {
    'sessions.list, 100 of 1,000': () =>
      ask('sessions.list', { limit: 100, includeDerivedTitles: true, includeLastMessage: true }),
    'sessions.list, search in titles': (i) =>
      ask('sessions.list', { limit: 50, search: WORDS[i % WORDS.length] }),
    'chat.history, newest 40': (i) =>
      ask('chat.history', { sessionKey: `agent:main:large-${(i * 7) % SESSIONS}`, limit: 40 }),
    'chat.history, an older page': (i) =>
      ask('chat.history', { sessionKey: `agent:main:large-${(i * 7) % SESSIONS}`, limit: 40, offset: 40 }),
    'sessions.search, a rare word': (i) => ask('sessions.search', { query: `needle${(i * 7) % SESSIONS}` }),
    'sessions.search, a frequent word': (i) => ask('sessions.search', { query: WORDS[i % WORDS.length] }),
    'sessions.search, two frequent words': (i) =>
      ask('sessions.search', { query: `${WORDS[i % WORDS.length]} ${WORDS[(i * 3 + 1) % WORDS.length]}` }),
  };
  const rows = [];
  for (const [figure, call] of Object.entries(figures)) {
    const ms = await latency(call, ROUNDS);
    rows.push({
      figure,
      median: `${ms.toFixed(2)} ms`,
      health: `${bare.toFixed(2)} ms`,
      'under 20 ms': ms < 20,
    });
  }
  console.table(rows);
  await gateway.stop();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
