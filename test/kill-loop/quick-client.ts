// A bare client of the native dialect for the kill loop: many requests at once, and every one of them ends when the gateway
// is gone. Holds no frames.

import { WebSocket } from 'ws';
import type { ConnectParams } from '../../src-main/shared/protocol/connect.ts';
import { proofOf, type TestDevice } from '../fakes/device.ts';

/** The gateway answered, and the answer was no. */
export class Declined extends Error {}
/** The gateway went away; whether it did what was asked is not known. */
export class Gone extends Error {}

type Json = Record<string, unknown>;

interface Waiter {
  readonly resolve: (value: Json) => void;
  readonly reject: (error: Error) => void;
}

export interface QuickClient {
  /** @throws Declined, Gone */
  request(method: string, params: unknown): Promise<Json>;
  /** Resolves when the run is over. @throws Gone */
  runEnd(runId: string): Promise<void>;
  close(): void;
}

/** @throws Declined, Gone */
export async function connectQuick(url: string, token: string, device?: TestDevice): Promise<QuickClient> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  /** Several may wait for the same: a message that is sent again while its run goes on. */
  const waiting = new Map<string, Waiter[]>();
  let gone = false;
  let next = 0;

  function wait(id: string): Promise<Json> {
    return new Promise<Json>((resolve, reject) => {
      if (gone) reject(new Gone('the gateway is gone'));
      else waiting.set(id, [...(waiting.get(id) ?? []), { resolve, reject }]);
    });
  }

  function settle(id: string, act: (waiter: Waiter) => void): void {
    const waiters = waiting.get(id) ?? [];
    waiting.delete(id);
    waiters.forEach(act);
  }

  const challenged = wait('challenge');
  challenged.catch(() => undefined);
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString('utf8')) as Json & { payload?: Json; error?: { message: string } };
    if (frame['type'] === 'res') {
      settle(`res:${String(frame['id'])}`, ({ resolve, reject }) => {
        if (frame['ok'] === true) resolve(frame.payload ?? {});
        else reject(new Declined(frame.error?.message ?? 'no reason'));
      });
    } else if (frame['event'] === 'connect.challenge') {
      settle('challenge', ({ resolve }) => {
        resolve(frame.payload ?? {});
      });
    } else if (
      frame['event'] === 'chat' &&
      ['final', 'error', 'aborted'].includes(String(frame.payload?.['state']))
    ) {
      settle(`run:${String(frame.payload?.['runId'])}`, ({ resolve }) => {
        resolve({});
      });
    }
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    gone = true;
    for (const id of [...waiting.keys()])
      settle(id, ({ reject }) => {
        reject(new Gone('the gateway is gone'));
      });
  });

  function request(method: string, params: unknown): Promise<Json> {
    next += 1;
    const answer = wait(`res:${next}`);
    if (socket.readyState === WebSocket.OPEN)
      socket.send(JSON.stringify({ type: 'req', id: String(next), method, params }));
    return answer;
  }

  const { nonce } = await challenged;
  const params: ConnectParams = {
    minProtocol: 4,
    maxProtocol: 4,
    client:
      device === undefined
        ? { id: 'gateway-client', mode: 'backend', version: '1', platform: 'linux' }
        : { id: 'openclaw-linux', mode: 'ui', version: '1', platform: 'linux', deviceFamily: 'Desktop' },
    role: 'operator',
    scopes:
      device === undefined
        ? ['operator.read', 'operator.write', 'operator.admin', 'operator.pairing', 'operator.approvals']
        : ['operator.read'],
    auth: { token },
  };
  await request(
    'connect',
    device === undefined ? params : { ...params, device: proofOf(device, params, String(nonce)) },
  );
  return {
    request,
    runEnd: async (runId) => {
      await wait(`run:${runId}`);
    },
    close: () => {
      socket.terminate();
    },
  };
}
