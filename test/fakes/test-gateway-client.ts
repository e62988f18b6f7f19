// A GatewayClient whose time, sockets and log belong to the test: the test plays the gateway.

import type { ClientHost } from '../../src-main/client/client-host.ts';
import { GatewayClient, type GatewayClientOptions } from '../../src-main/client/gateway-client.ts';
import type { GatewayMessage } from '../../src-main/client/gateway-messages.ts';
import type { JsonObject } from '../../src-main/shared/json.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { FakeSocket } from './fake-socket.ts';
import { RecordingLog } from './recording-log.ts';

/** A `sessions_send` request as it went over the wire. */
export interface SentMessage {
  readonly jsonrpc: string;
  readonly id: number;
  readonly method: string;
  readonly params: { readonly message: JsonObject };
}

/** The other end of a GatewayClient's socket. */
export class GatewayEnd extends FakeSocket {
  /** Answers every request at once with what this returns; nothing while it is undefined. */
  answers: ((request: SentMessage) => object | undefined) | undefined;

  get requests(): readonly SentMessage[] {
    return this.sent as unknown as SentMessage[];
  }

  /** What was sent but the heartbeats. */
  get messages(): readonly JsonObject[] {
    return this.requests.map(({ params }) => params.message).filter(({ type }) => type !== 'heartbeat');
  }

  override send(text: string): void {
    super.send(text);
    const request = this.requests.at(-1);
    const answer = request === undefined ? undefined : this.answers?.(request);
    if (answer !== undefined)
      queueMicrotask(() => this.receive({ jsonrpc: '2.0', id: request?.id, ...answer }));
  }

  /** Acknowledges the last request. */
  acknowledge(): void {
    this.receive({ jsonrpc: '2.0', id: this.requests.at(-1)?.id, ...OK });
  }
}

export const OK = { result: { status: 'ok' } };

export interface ClientBench {
  readonly host: ClientHost;
  readonly clock: FakeClock;
  readonly log: RecordingLog;
  readonly sockets: readonly GatewayEnd[];
  /** The socket of the newest attempt. */
  readonly socket: () => GatewayEnd;
  /** Lets the newest attempt succeed; from then on every message is acknowledged, if `answers` is not given. */
  readonly accept: (answers?: GatewayEnd['answers']) => Promise<GatewayEnd>;
}

export function createBench(): ClientBench {
  const clock = new FakeClock();
  const log = new RecordingLog();
  const sockets: GatewayEnd[] = [];
  let ids = 0;
  const socket = (): GatewayEnd => {
    const newest = sockets.at(-1);
    if (newest === undefined) throw new Error('there is no socket yet');
    return newest;
  };
  return {
    clock,
    log,
    sockets,
    socket,
    host: {
      clock,
      log,
      random: () => 0.5,
      newId: () => `id-${(ids += 1)}`,
      platform: 'linux',
      createSocket: (url) => {
        const created = new GatewayEnd(url);
        sockets.push(created);
        return created;
      },
    },
    accept: async (answers = () => OK) => {
      await settle();
      const newest = socket();
      newest.open();
      newest.acknowledge();
      newest.answers = answers;
      await settle();
      return newest;
    },
  };
}

export interface TestGatewayClient extends ClientBench {
  readonly client: GatewayClient;
  readonly dropped: { readonly message: GatewayMessage; readonly cause: string; readonly reason: string }[];
}

export function createTestGatewayClient(options: GatewayClientOptions = {}): TestGatewayClient {
  const bench = createBench();
  const client = new GatewayClient(options, bench.host);
  const dropped: TestGatewayClient['dropped'] = [];
  client.on('dropped', (told) => dropped.push(told));
  return { ...bench, client, dropped };
}
