// Measures the built gateway beside a bare `ws` server on the same machine in the same run. Figures are medians.
// Run with `npm run bench`; nothing here is a test.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, latency, median, openClient, startServer, throughput } from './measure.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const cli = path.join(here, '..', '..', 'dist', 'cli', 'cli.mjs');
const ROUNDS = 7;
const TOKEN = 'bench-token-that-is-long-enough-to-be-real';
const connectParams = {
  minProtocol: 4,
  maxProtocol: 4,
  client: { id: 'gateway-client', mode: 'backend', version: '1', platform: 'bench' },
  scopes: ['operator.admin'],
  auth: { token: TOKEN },
};

const folder = mkdtempSync(path.join(tmpdir(), 'clawtray-bench-'));
const rows = [];
const report = (name, ours, bare, unit, digits = 2) => {
  rows.push({
    figure: name,
    clawtray: `${ours.toFixed(digits)} ${unit}`,
    bare: `${bare.toFixed(digits)} ${unit}`,
    ratio: (ours / bare).toFixed(2),
  });
};

/** Only the acknowledgement is timed; each run ends before the next message is sent. */
async function sendLatency(client) {
  const times = [];
  for (let i = 0; i < 300; i += 1) {
    const key = `b-${i}-${Date.now()}`;
    const ended = new Promise((resolve) =>
      client.onEvent((frame) => {
        if (frame.event === 'chat' && frame.payload.runId === key && frame.payload.state === 'final')
          resolve();
      }),
    );
    const started = performance.now();
    await client.request('chat.send', { sessionKey: 'bench', message: 'hello', idempotencyKey: key });
    times.push(performance.now() - started);
    await ended;
  }
  return median(times);
}

const startBare = (port) => startServer([path.join(here, 'bare-server.mjs'), folder, String(port)], port);
const startOurs = (port) =>
  startServer([cli, 'gateway', '--port', String(port), '--token', TOKEN], port, {
    OPENCLAW_STATE_DIR: path.join(folder, 'state'),
  });

try {
  const startTimes = { ours: [], bare: [] };
  for (let i = 0; i <= ROUNDS; i += 1) {
    for (const [name, start] of Object.entries({ bare: startBare, ours: startOurs })) {
      const server = await start(await freePort());
      // The first round creates files and warms the disk cache.
      if (i > 0) startTimes[name].push(server.ms);
      await server.stop();
    }
  }
  report('start to listening', median(startTimes.ours), median(startTimes.bare), 'ms', 0);

  const [barePort, ourPort] = [await freePort(), await freePort()];
  const bare = await startBare(barePort);
  const ours = await startOurs(ourPort);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  report('idle memory', ours.rssMb(), bare.rssMb(), 'MB', 1);

  const bareConnect = await latency(async () => (await openClient(barePort)).close(), 100);
  const ourConnect = await latency(async () => (await openClient(ourPort, connectParams)).close(), 100);
  report('connect to hello', ourConnect, bareConnect, 'ms');

  const bareClient = await openClient(barePort);
  const ourClient = await openClient(ourPort, connectParams);
  report(
    'health per second, 1 in flight',
    await throughput(ourClient, 'health', 1),
    await throughput(bareClient, 'health', 1),
    '/s',
    0,
  );
  report(
    'health per second, 32 in flight',
    await throughput(ourClient, 'health', 32),
    await throughput(bareClient, 'health', 32),
    '/s',
    0,
  );

  const bareWrite = await latency(() => bareClient.request('write'));
  report('chat.send acknowledged', await sendLatency(ourClient), bareWrite, 'ms');
  const add = () =>
    ourClient.request('cron.add', {
      name: 'bench',
      enabled: false,
      schedule: { kind: 'every', everyMs: 3_600_000 },
      sessionTarget: 'main',
      wakeMode: 'now',
      payload: { kind: 'systemEvent', text: 'x' },
    });
  report('cron.add', await latency(add), bareWrite, 'ms');
  console.table(rows);
  await bare.stop();
  await ours.stop();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
