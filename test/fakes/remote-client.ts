// A client on another host, for tests with networks of their own: pairs itself with a setup code, shows it only to the
// gateway whose certificate the code names, and comes back with the token that it got. Every line that it reads is a
// request; every line that it writes is what came of one, an event, or how the connection is.
// usage: remote-client <setup code> <folder for its identity>

import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { GatewayConnection } from '../../src-main/client/connection.ts';
import { loadDeviceIdentity } from '../../src-main/gateway/auth/device-identity.ts';
import { systemClock } from '../../src-main/gateway/system-clock.ts';
import { pinnedSocketOptions } from '../../src-main/gateway/tls/pinned-connection.ts';
import { silentLogger } from '../../src-main/shared/logger.ts';
import type { ConnectAuth } from '../../src-main/shared/protocol/connect.ts';

const [code = '', folder = ''] = process.argv.slice(2);
const setup = JSON.parse(Buffer.from(code, 'base64url').toString('utf8')) as {
  readonly url: string;
  readonly bootstrapToken: string;
  readonly tlsFingerprint: string;
};
const identity = loadDeviceIdentity(folder);
let auth: ConnectAuth = { bootstrapToken: setup.bootstrapToken };

const tell = (what: object): void => void process.stdout.write(`${JSON.stringify(what)}\n`);

const connection = new GatewayConnection({
  access: () =>
    Promise.resolve({
      url: setup.url,
      auth,
      prove: (challenge, params) => Promise.resolve(identity.prove(challenge, params)),
    }),
  createSocket: (url) =>
    new WebSocket(
      url,
      pinnedSocketOptions((shown) => shown === setup.tlsFingerprint),
    ),
  client: { id: 'openclaw-android', mode: 'ui', version: 'test', platform: 'android', displayName: 'Phone' },
  scopes: ['operator.read', 'operator.write', 'operator.approvals'],
  clock: systemClock,
  random: () => 0,
  newId: randomUUID,
  log: silentLogger,
  backoff: { baseMs: 100, maxMs: 500, jitter: 0 },
});
connection.onState((state) => {
  if (state.status === 'connected') {
    const { deviceToken } = state.hello.auth;
    if (deviceToken !== undefined) auth = { deviceToken };
  }
  tell({
    state: state.status,
    why: 'reason' in state ? state.reason : 'error' in state ? state.error.message : undefined,
  });
});
connection.onEvent(({ event, payload }) => {
  tell({ event, payload });
});
connection.start();

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line) as { id: number; method: string; params: unknown };
  // As an app does when its network has changed.
  if (method === 'reconnect') {
    connection.stop();
    connection.start();
    return;
  }
  connection.call(method, params).then(
    (answer) => {
      tell({ id, answer });
    },
    (error: unknown) => {
      tell({ id, error: String(error) });
    },
  );
});
