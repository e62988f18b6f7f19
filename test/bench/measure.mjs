// Small tools for benchmarks: start a server process, wait for its port, talk to it, summarise.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { WebSocket } from 'ws';

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

export const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Starts a process and resolves when its port accepts connections; `ms` counts from the spawn. */
export async function startServer(args, port, env = {}) {
  const started = performance.now();
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: 'ignore' });
  for (;;) {
    if (await accepts(port)) break;
    if (performance.now() - started > 15_000) throw new Error('the server did not start');
  }
  const ms = performance.now() - started;
  return { child, ms, rssMb: () => rssMb(child.pid), stop: () => stop(child) };
}

const accepts = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });

const rssMb = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

const stop = (child) =>
  new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill('SIGTERM');
  });

/** A raw client: sends requests, resolves with answers by id. */
export async function openClient(port, connectParams) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
  const waiting = new Map();
  let events = () => undefined;
  const first = new Promise((resolve) => socket.once('message', resolve));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  await first;
  socket.on('message', (data) => {
    const frame = JSON.parse(data.toString());
    if (frame.type === 'res') waiting.get(frame.id)?.(frame);
    else events(frame);
    waiting.delete(frame.id);
  });
  let next = 0;
  const request = (method, params = {}) =>
    new Promise((resolve) => {
      const id = String((next += 1));
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ type: 'req', id, method, params }));
    });
  if (connectParams !== undefined) {
    const hello = await request('connect', connectParams);
    if (!hello.ok) throw new Error(hello.error.message);
  }
  return { request, onEvent: (listener) => (events = listener), close: () => socket.terminate() };
}

/** Requests a second with so many in flight. */
export async function throughput(client, method, inFlight, seconds = 2) {
  let done = 0;
  const end = performance.now() + seconds * 1000;
  const worker = async () => {
    while (performance.now() < end) {
      await client.request(method);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return Math.round(done / seconds);
}

/** Median latency in ms of `count` calls, one after the other. */
export async function latency(call, count = 300) {
  const times = [];
  for (let i = 0; i < count; i += 1) {
    const started = performance.now();
    await call(i);
    times.push(performance.now() - started);
  }
  return median(times);
}
