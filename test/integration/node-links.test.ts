// This computer as a node of another gateway: two real gateways, one of which offers itself to the other.

import { randomUUID } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createNodeDialer } from '../../src-main/client/node-dialer.ts';
import type { NodeHost } from '../../src-main/gateway/node-links/node-host.ts';
import { pinnedSocket } from '../../src-main/gateway/tls/pinned-socket.ts';
import { NodeCallError } from '../../src-main/shared/node-dial.ts';
import type { NodeLink, NodeOffer } from '../../src-main/shared/protocol/node-links.ts';
import type { NodeInvokeResult } from '../../src-main/shared/protocol/nodes.ts';
import { makeCertificate, tlsConfig } from '../fakes/certificates.ts';
import { connectOwner } from '../fakes/device-client.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import {
  startGateway,
  writeConfig,
  type TestGateway,
  type TestGatewayOptions,
} from '../fakes/test-gateway.ts';

const SCOPES = ['operator.admin', 'operator.pairing', 'operator.approvals', 'operator.write'] as const;

/** 127.0.0.2 stands for an address on the network. */
const STRICT = {
  gateway: {
    bind: 'custom',
    customBindHost: '127.0.0.2',
    nodes: { pairing: { autoApproveLocal: false } },
  },
};

const nodeHost = (more: Partial<NodeHost> = {}): NodeHost => ({
  dial: createNodeDialer({
    createSocket: pinnedSocket,
    random: () => 0,
    newId: randomUUID,
    platform: 'linux',
  }),
  ...more,
});

const startHere = (options: TestGatewayOptions = {}): Promise<TestGateway> =>
  startGateway({ nodeHost: nodeHost(), ...options });

interface Pair {
  readonly here: TestGateway;
  readonly there: TestGateway;
  /** The person at this computer. */
  readonly me: NativeClient;
  /** The person at the other gateway. */
  readonly them: NativeClient;
  readonly link: NodeLink;
  readonly nodeId: string;
  readonly invoke: (command: string, params: unknown, timeoutMs?: number) => Promise<NodeInvokeResult>;
}

async function linkIs(me: NativeClient, id: string, status: NodeLink['state']['status']): Promise<NodeLink> {
  return waitUntil(async () => {
    const { links } = await me.request('node.links.list', {});
    return links.find((link) => link.id === id && link.state.status === status);
  }, `the link to be ${status}`);
}

async function setupCode(them: NativeClient): Promise<string> {
  return (await them.request('device.pair.setupCode', { bootstrapProfile: 'node' })).setupCode;
}

/** Approves what a node offers. */
async function approve(them: NativeClient, commands: readonly string[]): Promise<string> {
  const { requestId, nodeId } = await them.event(
    'node.pair.requested',
    (asked) => JSON.stringify(asked.commands) === JSON.stringify(commands),
  );
  await them.request('node.pair.approve', { requestId });
  return nodeId;
}

/** Two gateways; the one here is a node of the one there, offers this, and all of it was approved there. */
async function offering(
  offers: readonly NodeOffer[],
  options: { readonly here?: TestGatewayOptions; readonly there?: TestGatewayOptions } = {},
): Promise<Pair> {
  const [here, there] = await Promise.all([
    startHere(options.here),
    startGateway({ config: STRICT, ...options.there }),
  ]);
  const [me, them] = await Promise.all([
    connectNative(here, { scopes: SCOPES }),
    connectNative(there, { scopes: SCOPES, socket: { rejectUnauthorized: false } }),
  ]);
  const added = await me.request('node.links.add', {
    code: await setupCode(them),
    name: 'Büro',
    offers,
  });
  const link = await linkIs(me, added.link.id, 'connected');
  const nodeId = await approve(them, link.commands);
  return {
    here,
    there,
    me,
    them,
    link,
    nodeId,
    invoke: (command, params, timeoutMs) =>
      them.request('node.invoke', {
        nodeId,
        command,
        params,
        idempotencyKey: randomUUID(),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      }),
  };
}

describe('a computer offered with a setup code', () => {
  test('is a node there, with what was switched on here and nothing else', async () => {
    const { them, me, link, nodeId } = await offering(['notify']);
    expect(link).toMatchObject({
      name: 'Büro',
      enabled: true,
      offers: ['notify'],
      commands: ['system.notify'],
    });
    expect(await them.request('node.describe', { nodeId })).toMatchObject({
      connected: true,
      approvalState: 'approved',
      caps: ['system'],
      commands: ['system.notify'],
    });
    await expect(me.request('node.links.list', {})).resolves.toMatchObject({
      available: ['notify', 'run', 'manage'],
    });
  });

  test('keeps a token of its own instead of the code, privately, and shows neither', async () => {
    const { here, me, link } = await offering([]);
    const file = path.join(here.stateDir, 'clawtray/node-links.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { links } = JSON.parse(readFileSync(file, 'utf8')) as {
      links: { credential: Record<string, string> }[];
    };
    expect(Object.keys(links[0]?.credential ?? {})).toEqual(['deviceToken']);
    const shown = JSON.stringify([await me.request('node.links.list', {}), me.events('node.links.changed')]);
    expect(shown).not.toContain(links[0]?.credential['deviceToken'] ?? 'nothing');
    expect(shown).not.toContain('oc_setup_');
    expect(link.offers).toEqual([]);
  });

  test('comes back after a restart, of either side', async () => {
    const { here, there, link, them, nodeId } = await offering(['notify']);
    await here.stop();
    await waitUntil(
      async () => ((await them.request('node.describe', { nodeId })).connected ? undefined : true),
      'the node to be gone',
    );
    const again = await startHere({ stateDir: here.stateDir });
    const me = await connectNative(again, { scopes: SCOPES });
    await linkIs(me, link.id, 'connected');
    await there.stop();
    await linkIs(me, link.id, 'waiting');
    await startGateway({ stateDir: there.stateDir, port: there.port });
    await linkIs(me, link.id, 'connected');
  });

  test('over TLS talks only to the gateway that shows the certificate of the code', async () => {
    const certificate = await makeCertificate();
    const config = { gateway: { ...STRICT.gateway, ...(tlsConfig(certificate) as typeof STRICT).gateway } };
    const { link, me, there } = await offering([], { there: { config } });
    expect(link.url).toBe(`wss://127.0.0.2:${there.port}`);
    expect(link.fingerprint).toBe(certificate.fingerprint);
    await there.stop();
    const other = await makeCertificate();
    writeConfig(there.stateDir, {
      gateway: { ...STRICT.gateway, ...(tlsConfig(other) as typeof STRICT).gateway },
    });
    await startGateway({ stateDir: there.stateDir, port: there.port });
    const { state } = await waitUntil(async () => {
      const { links } = await me.request('node.links.list', {});
      return links.find(({ state: now }) => now.status === 'waiting' && now.reason.includes('certificate'));
    }, 'the refusal');
    expect(state.status).toBe('waiting');
  });
});

describe('a computer offered without a code', () => {
  test('waits until somebody there lets it in, and is turned away with a wrong secret', async () => {
    const [here, there] = await Promise.all([startHere(), startGateway({ config: STRICT })]);
    const [me, them] = await Promise.all([connectNative(here, { scopes: SCOPES }), connectOwner(there)]);
    const url = `ws://127.0.0.2:${there.port}`;
    const wrong = await me.request('node.links.add', { url, token: 'wrong' });
    const refused = await linkIs(me, wrong.link.id, 'refused');
    expect(JSON.stringify(refused)).not.toContain('"wrong"');
    await me.request('node.links.remove', { id: wrong.link.id });

    const { link } = await me.request('node.links.add', { url, token: there.token });
    const waiting = await linkIs(me, link.id, 'pairing');
    const { requestId, role } = await them.event('device.pair.requested');
    expect(role).toBe('node');
    expect(waiting.state).toEqual({ status: 'pairing', requestId });
    await them.request('device.pair.approve', { requestId });
    // Asked again by itself after ten seconds; a person need not wait for that.
    await me.request('node.links.set', { id: link.id });
    await linkIs(me, link.id, 'connected');
  });
});

describe('what is offered', () => {
  test('notifications come into the inbox here and say who sends them', async () => {
    const { me, invoke } = await offering(['notify']);
    await expect(
      invoke('system.notify', { title: 'Build \u202Edone', body: 'All green' }),
    ).resolves.toMatchObject({
      payload: { ok: true },
    });
    const { notification } = await me.event('notification', ({ notification: { kind } }) => kind === 'alert');
    expect(notification).toMatchObject({ title: 'Büro: Build done', body: 'All green' });
    await expect(invoke('system.notify', {})).rejects.toThrow('title or body must say something');
    for (let count = 1; count < 20; count += 1) await invoke('system.notify', { title: `n${count}` });
    await expect(invoke('system.notify', { title: 'one too many' })).rejects.toThrow('No more than 20');
  });

  test('commands run when the person here approved them, whatever the other side says', async () => {
    const { me, invoke, link } = await offering(['run']);
    const running = invoke('system.run', {
      command: ['sh', '-c', 'echo "$1"; exit 3', 'x', "it's here"],
      approved: true,
      approvalDecision: 'allow-always',
      runId: 'r',
    });
    const { id, request } = await me.event('exec.approval.requested');
    expect(request).toMatchObject({
      command: `sh -c 'echo "$1"; exit 3' x 'it'\\''s here'`,
      agentId: `gateway:${link.id.slice(0, 8)}:Büro`,
      sessionKey: null,
    });
    const { notification } = await me.event(
      'notification',
      ({ notification: { approvalId } }) => approvalId === id,
    );
    expect(notification.title).toContain('The gateway “Büro” wants to run a command');
    await me.request('exec.approval.resolve', { id, decision: 'allow-once' });
    await expect(running).resolves.toMatchObject({
      payload: {
        exitCode: 3,
        success: false,
        timedOut: false,
        stdout: "it's here\n",
        stderr: '',
        error: null,
      },
    });
  });

  test('what a command prints and what it complains about are kept apart, and said to be cut', async () => {
    const { me, invoke } = await offering(['run']);
    const noisy = 'echo out; echo err >&2; echo out again; head -c 70000 /dev/zero | tr "\\0" x >&2';
    const running = invoke('system.run', { command: ['sh', '-c', noisy] });
    const { id } = await me.event('exec.approval.requested');
    await me.request('exec.approval.resolve', { id, decision: 'allow-once' });
    const { payload } = await running;
    expect(payload).toMatchObject({
      stdout: 'out\nout again\n',
      stderr: expect.stringMatching(/^err\nx+\n\[\d+ characters left out\]\nx+$/) as string,
      truncated: true,
    });
  });

  test('a command that is denied does not run', async () => {
    const { me, invoke } = await offering(['run']);
    const file = path.join(temporaryFolder(), 'made');
    const running = invoke('system.run', { command: ['touch', file] });
    const { id } = await me.event('exec.approval.requested');
    await me.request('exec.approval.resolve', { id, decision: 'deny' });
    await expect(running).rejects.toThrow('SYSTEM_RUN_DENIED');
    expect(() => statSync(file)).toThrow('ENOENT');
  });

  test('rules that let our own agents do anything are not for other gateways', async () => {
    const { me, invoke, link } = await offering(['run']);
    await me.request('exec.approvals.set', {
      file: {
        version: 1,
        defaults: { security: 'full', ask: 'off', askFallback: 'full' },
        agents: { '*': { allowlist: [{ pattern: '/usr/bin/true' }, { pattern: '/bin/true' }] } },
      },
    });
    const running = invoke('system.run', { command: ['true'] });
    const asked = await me.event('exec.approval.requested');
    await me.request('exec.approval.resolve', { id: asked.id, decision: 'allow-always' });
    await expect(running).resolves.toMatchObject({ payload: { success: true } });
    // Allowed for good: this gateway, this command.
    await expect(invoke('system.run', { command: ['true'] })).resolves.toMatchObject({
      payload: { success: true },
    });
    const { file } = await me.request('exec.approvals.get', {});
    expect(Object.keys(file.agents ?? {})).toContain(`gateway:${link.id.slice(0, 8)}:Büro`);
    expect(me.events('exec.approval.requested')).toHaveLength(1);
  });

  test('an approval that nobody waits for any more is withdrawn', async () => {
    const { me, invoke } = await offering(['run']);
    const running = invoke('system.run', { command: ['true'] }, 300);
    const { id } = await me.event('exec.approval.requested');
    await expect(running).rejects.toThrow('timed out');
    await me.event(
      'exec.approval.resolved',
      (ended) => ended.id === id && ended.terminalReason === 'run-aborted',
    );
  });

  test('programs are found by their names alone, and what would run is told before', async () => {
    const { invoke } = await offering(['run']);
    const { payload } = await invoke('system.which', {
      bins: ['sh', 'no-such-program', '/etc/passwd', '../sh'],
    });
    expect(payload).toEqual({ bins: { sh: expect.stringMatching(/\/sh$/) as string } });
    await expect(
      invoke('system.run.prepare', { command: ['ls', '-l', 'a b'], cwd: '/tmp', agentId: 'main' }),
    ).resolves.toMatchObject({
      payload: {
        plan: { argv: ['ls', '-l', 'a b'], cwd: '/tmp', commandText: "ls -l 'a b'", agentId: 'main' },
      },
    });
    await expect(invoke('system.run', { command: 'ls' })).rejects.toThrow('command cannot be understood');
    await expect(invoke('system.run', { command: ['ls'], env: { LD_PRELOAD: 'x' } })).rejects.toThrow(
      'variables',
    );
  });

  test('the rules are read and changed from there only where that was switched on', async () => {
    const without = await offering(['run']);
    await expect(without.them.request('exec.approvals.node.get', { nodeId: without.nodeId })).rejects.toThrow(
      'not offered',
    );
    const { them, me, nodeId } = await offering(['manage']);
    const before = await them.request('exec.approvals.node.get', { nodeId });
    expect(before).toMatchObject({ exists: false });
    const file = { version: 1, defaults: { security: 'deny' } } as const;
    await them.request('exec.approvals.node.set', { nodeId, file });
    await expect(me.request('exec.approvals.get', {})).resolves.toMatchObject({ file });
  });

  test('pictures of the screen need the person’s consent', async () => {
    const asked: unknown[] = [];
    const captureScreen: NodeHost['captureScreen'] = (wish, asker) => {
      asked.push({ wish, asker: asker.name });
      if (asked.length === 1)
        throw new NodeCallError('PERMISSION_DENIED', 'The person at this computer said no.');
      return Promise.resolve({ format: 'png', base64: 'AAAA', width: 800, height: 600 });
    };
    const { invoke } = await offering(['screen'], { here: { nodeHost: nodeHost({ captureScreen }) } });
    await expect(invoke('screen.snapshot', {})).rejects.toThrow('said no');
    await expect(
      invoke('screen.snapshot', { maxWidth: 800, format: 'png', screenIndex: 1 }),
    ).resolves.toMatchObject({ payload: { base64: 'AAAA', width: 800 } });
    expect(asked[1]).toEqual({
      wish: { screenIndex: 1, maxWidth: 800, quality: 0.8, format: 'png' },
      asker: 'Büro',
    });
    await expect(invoke('screen.snapshot', { screenIndex: -1 })).rejects.toThrow('screenIndex');
  });
});

describe('what is switched off', () => {
  test('is off at once, for what runs as well', async () => {
    const { me, invoke, link, them, nodeId } = await offering(['notify', 'run']);
    const running = invoke('system.run', { command: ['sleep', '30'] });
    // It fails when it is switched off; that is looked at below.
    running.catch(() => undefined);
    const { id } = await me.event('exec.approval.requested');
    await me.request('node.links.set', { id: link.id, offers: ['notify'] });
    await expect(running).rejects.toThrow('disconnected');
    await me.event('exec.approval.resolved', (ended) => ended.id === id);
    await linkIs(me, link.id, 'connected');
    await waitUntil(
      async () => ((await them.request('node.describe', { nodeId })).connected ? true : undefined),
      'the node to be back',
    );
    await expect(invoke('system.run', { command: ['true'] })).rejects.toThrow('is not offered by this node');
    await expect(invoke('system.notify', { title: 'still' })).resolves.toMatchObject({ ok: true });
    await me.request('node.links.set', { id: link.id, enabled: false });
    await linkIs(me, link.id, 'off');
    await me.request('node.links.remove', { id: link.id });
    await expect(me.request('node.links.list', {})).resolves.toMatchObject({ links: [] });
    await expect(me.request('node.links.remove', { id: link.id })).rejects.toThrow('unknown link');
  });
});

describe('what a person enters', () => {
  test.each([
    [{}, 'url or code'],
    [{ url: 'https://example.org' }, 'wss://host'],
    [{ url: 'wss://user:pass@host' }, 'must not hold a secret'],
    [{ url: 'wss://host/?token=abc' }, 'must not hold a secret'],
    [{ url: 'ws://gateway.example.org:1' }, 'no encryption'],
    [{ url: 'wss://host', fingerprint: 'abc' }, '64 hexadecimal digits'],
    [{ code: 'nonsense' }, 'no setup code'],
    [{ url: 'wss://host', token: 'a', password: 'b' }, 'not several'],
  ])('%j is declined, with what to do', async (params, why) => {
    const here = await startHere();
    const me = await connectNative(here, { scopes: SCOPES });
    await expect(me.request('node.links.add', params)).rejects.toThrow(why);
  });

  test('a file that is damaged is left as it is, and the gateway runs', async () => {
    const here = await startHere();
    await here.stop();
    const file = path.join(here.stateDir, 'clawtray/node-links.json');
    writeFileSync(file, '{"links": [{}]}');
    const again = await startHere({ stateDir: here.stateDir });
    again.log.expect(/offered to nobody/);
    const me = await connectNative(again, { scopes: SCOPES });
    await expect(me.request('node.links.add', { url: 'wss://127.0.0.1:1' })).rejects.toThrow('damaged');
    expect(readFileSync(file, 'utf8')).toBe('{"links": [{}]}');
  });

  test('a gateway without what it takes offers nothing', async () => {
    const me = await connectNative(await startGateway(), { scopes: SCOPES });
    await expect(me.request('node.links.list', {})).resolves.toEqual({ links: [], available: [] });
    await expect(me.request('node.links.add', { url: 'wss://127.0.0.1:1' })).rejects.toThrow('cannot offer');
  });
});
