// One gateway and those who use it from other computers, in a network that each test makes.

import { describe, expect, test } from 'vitest';
import type { PendingApproval } from '../../src-main/shared/protocol/approvals.ts';
import type { ChatEvent } from '../../src-main/shared/protocol/chat.ts';
import type { MethodName, MethodParams, MethodResult } from '../../src-main/shared/protocol/methods.ts';
import { makeCertificate, tlsConfig, type TestCertificate } from '../fakes/certificates.ts';
import { useBundle } from '../fakes/bundle.ts';
import { useCli, type CliProcess } from '../fakes/cli-process.ts';
import { makeNetwork, type TestHost } from '../fakes/network.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { writeConfig } from '../fakes/test-gateway.ts';

const cli = useCli();
const remoteClient = useBundle('test/fakes/remote-client.ts');

interface Desk {
  readonly host: TestHost;
  readonly stateDir: string;
  readonly certificate: TestCertificate;
  gateway: CliProcess;
  start(): Promise<void>;
  /** A setup code for one device. */
  code(): Promise<string>;
}

async function startDesk(host: TestHost): Promise<Desk> {
  const stateDir = temporaryFolder();
  const certificate = await makeCertificate();
  writeConfig(stateDir, tlsConfig(certificate));
  const launch = (): CliProcess => cli.on(host.prefix)(stateDir, 'gateway', '--bind', 'lan');
  const desk: Desk = {
    host,
    stateDir,
    certificate,
    gateway: launch(),
    start: async () => {
      desk.gateway = launch();
      await desk.gateway.sees(/Press Ctrl\+C/);
    },
    code: async () => {
      const pair = cli.on(host.prefix)(stateDir, 'pair', '--code-only');
      expect(await pair.exited, pair.problems()).toBe(0);
      return pair.output().trim();
    },
  };
  await desk.gateway.sees(/Press Ctrl\+C/);
  return desk;
}

interface Line {
  readonly id?: number;
  readonly answer?: unknown;
  readonly error?: string;
  readonly event?: string;
  readonly payload?: unknown;
  readonly state?: string;
  readonly why?: string;
}

interface RemoteClient {
  request<Name extends MethodName>(method: Name, params: MethodParams<Name>): Promise<MethodResult<Name>>;
  event<Payload>(name: string, fits: (payload: Payload) => boolean): Promise<Payload>;
  /** As an app does when its network has changed. */
  reconnect(): void;
  /** How the connection is and was. */
  states(): readonly string[];
  lines(): readonly Line[];
}

function startClient(host: TestHost, code: string): RemoteClient {
  const child = host.run(process.execPath, [remoteClient(), code, temporaryFolder()]);
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text += `${JSON.stringify({ error: chunk.toString() })}\n`));
  let ids = 0;
  const lines = (): readonly Line[] =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  const find = <T>(what: string, pick: (line: Line) => T | undefined): Promise<T> =>
    waitUntil(
      () =>
        lines()
          .map(pick)
          .find((one) => one !== undefined),
      what,
      10_000,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${text.slice(-2_000)}`);
    });
  const write = (frame: object): void => void child.stdin?.write(`${JSON.stringify(frame)}\n`);
  return {
    lines,
    states: () => lines().flatMap(({ state }) => state ?? []),
    reconnect: () => {
      write({ method: 'reconnect' });
    },
    request: async (method, params) => {
      const id = (ids += 1);
      write({ id, method, params });
      const { answer, error } = await find(`an answer to ${method}`, (line) =>
        line.id === id ? line : undefined,
      );
      if (error !== undefined) throw new Error(error);
      return answer as MethodResult<typeof method>;
    },
    event: async (name, fits) => {
      const { payload } = await find(`event ${name}`, (line) =>
        line.event === name && fits(line.payload as never) ? line : undefined,
      );
      return payload as never;
    },
  };
}

async function connected(host: TestHost, desk: Desk): Promise<RemoteClient> {
  const client = startClient(host, await desk.code());
  await client.request('health', {});
  return client;
}

const final = (key: string) => (event: ChatEvent) => event.state === 'final' && event.runId === key;

function say(client: RemoteClient, idempotencyKey: string, message: string) {
  return client.request('chat.send', { sessionKey: 'agent:main:main', message, idempotencyKey });
}

describe('with a setup code', () => {
  test('a phone chats, a laptop approves its command, and both see what came of it', async () => {
    const [host, ...others] = makeNetwork('desk', 'phone', 'laptop') as [TestHost, TestHost, TestHost];
    const desk = await startDesk(host);
    const [phone, laptop] = (await Promise.all(others.map((other) => connected(other, desk)))) as [
      RemoteClient,
      RemoteClient,
    ];
    await say(phone, 'r1', 'run echo across $((20 + 22))');
    const { id, request } = await laptop.event<PendingApproval>('exec.approval.requested', () => true);
    expect(request).toMatchObject({ command: 'echo across $((20 + 22))', host: 'gateway' });
    await laptop.request('exec.approval.resolve', { id, decision: 'allow-once' });
    const ends = await Promise.all(
      [phone, laptop].map((client) => client.event<ChatEvent>('chat', final('r1'))),
    );
    for (const end of ends) expect(JSON.stringify(end)).toContain('across 42');
  });

  test('a code that was used lets nobody else in', async () => {
    const [host, phone, thief] = makeNetwork('desk', 'phone', 'thief') as [TestHost, TestHost, TestHost];
    const desk = await startDesk(host);
    const code = await desk.code();
    await startClient(phone, code).request('health', {});
    const late = startClient(thief, code);
    await waitUntil(() => late.lines().find(({ why }) => why !== undefined), 'the refusal', 10_000);
    expect(late.states()).not.toContain('connected');
  });
});

describe('a paired phone', () => {
  test('goes on when its cable was out for a moment, and misses nothing', async () => {
    const [host, phoneHost] = makeNetwork('desk', 'phone') as [TestHost, TestHost];
    const desk = await startDesk(host);
    const phone = await connected(phoneHost, desk);
    phoneHost.unplug();
    const sent = say(phone, 'r1', 'hello');
    phoneHost.plug();
    await sent;
    await phone.event<ChatEvent>('chat', final('r1'));
    expect(phone.states()).toEqual(['connecting', 'connected']);
  });

  test('comes back with its own token: from another address, and to a gateway that was restarted', async () => {
    const [host, phoneHost] = makeNetwork('desk', 'phone') as [TestHost, TestHost];
    const desk = await startDesk(host);
    const phone = await connected(phoneHost, desk);
    await say(phone, 'r1', 'hello');
    await phone.event<ChatEvent>('chat', final('r1'));

    phoneHost.move('10.77.0.77');
    phone.reconnect();
    await phone.request('health', {});

    // A power cut: its setup codes are gone with it, the device's token is not.
    await desk.gateway.kill();
    await desk.start();
    const { messages } = await phone.request('chat.history', { sessionKey: 'agent:main:main' });
    expect(messages).toHaveLength(2);
    expect(phone.states().filter((state) => state === 'connected')).toHaveLength(3);
  });

  test('says nothing to a gateway that shows another certificate', async () => {
    const [host, phoneHost] = makeNetwork('desk', 'phone') as [TestHost, TestHost];
    const desk = await startDesk(host);
    const phone = await connected(phoneHost, desk);
    await desk.gateway.kill();
    writeConfig(desk.stateDir, tlsConfig(await makeCertificate()));
    await desk.start();
    await waitUntil(
      () => phone.lines().find(({ why = '' }) => why.includes('another certificate')),
      'the refusal',
      10_000,
    );
    expect(phone.states().filter((state) => state === 'connected')).toHaveLength(1);
  });
});

describe('a computer without a screen', () => {
  test('offers itself over TLS, runs what its own person approved, and comes back after its cable was out', async () => {
    const [host, phoneHost, attic] = makeNetwork('desk', 'phone', 'attic') as [TestHost, TestHost, TestHost];
    const desk = await startDesk(host);
    const pair = cli.on(host.prefix)(desk.stateDir, 'pair', '--node', '--code-only');
    expect(await pair.exited, pair.problems()).toBe(0);
    const onDesk = (...args: readonly string[]): CliProcess => cli.on(host.prefix)(desk.stateDir, ...args);
    const atticState = temporaryFolder();
    const onAttic = (...args: readonly string[]): CliProcess => cli.on(attic.prefix)(atticState, ...args);

    const node = onAttic('node', '--code', pair.output().trim(), '--name', 'Desk', '--offer', 'run');
    await node.sees(/Connected\. What is offered can be used once somebody there approves it\./);
    const devices = await onDesk('devices').sees(/node attic \(linux\) offers/);
    const [, requestId = ''] = /(\w{8}) {2}node attic/.exec(devices) ?? [];
    expect(await onDesk('devices', 'approve', requestId).exited).toBe(0);

    const phone = await connected(phoneHost, desk);
    const { nodes } = await phone.request('node.list', {});
    const { nodeId = '' } = nodes.find(({ displayName }) => displayName === 'attic') ?? {};
    const invoke = (key: string) =>
      phone.request('node.invoke', {
        nodeId,
        command: 'system.run',
        params: { command: ['hostname'] },
        idempotencyKey: key,
      });
    const running = invoke('r1');
    const approvals = await waitUntil(async () => {
      const listed = onAttic('approvals');
      await listed.exited;
      return listed.output().includes('hostname') ? listed.output() : undefined;
    }, 'the approval');
    const [, approvalId = ''] = /([0-9a-f]{8})/.exec(approvals) ?? [];
    expect(await onAttic('approvals', 'approve', approvalId, '--always').exited).toBe(0);
    expect((await running).payload).toMatchObject({ exitCode: 0, stdout: 'attic\n' });

    attic.unplug();
    attic.plug();
    expect((await invoke('r2')).payload).toMatchObject({ exitCode: 0, stdout: 'attic\n' });
    expect(await onAttic('node', 'remove', 'Desk').exited).toBe(0);
    await expect(invoke('r3')).rejects.toThrow('node not connected');
    expect(await node.interrupt(), node.problems()).toBe(0);
  });
});
