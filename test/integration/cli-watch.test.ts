import { describe, expect, test } from 'vitest';
import { useCli } from '../fakes/cli-process.ts';
import { connectCourse } from '../fakes/course-client.ts';
import { temporaryFolder } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';

const cli = useCli();

describe('clawtray gateway --debug', () => {
  test('prints what passes, in the course’s lines, and ends with Ctrl+C', async () => {
    const running = cli(temporaryFolder(), 'gateway', '--port', '0', '--token', 'x'.repeat(40), '--debug');
    const [, url = ''] = /Listening on (\S+)/.exec(await running.sees(/Listening on \S+/)) ?? [];
    const client = await connectCourse({ url, token: 'x'.repeat(40) });
    await client.chat('hi');
    const output = await running.sees(/SEND .* method=chat\.complete/);
    expect(output).toMatch(
      /^\[DEBUG\] \S+Z RECV msg_id=msg-001 method=auth\.handshake channel=default size=\d+B$/m,
    );
    expect(output).toMatch(
      /^\[DEBUG\] \S+Z RECV msg_id=msg-002 method=chat\.send channel=default size=\d+B$/m,
    );
    expect(output).toMatch(/^\[DEBUG\] \S+Z ROUTE msg_id=msg-002 → ReasoningLayer latency=\d+\.\dms$/m);
    expect(output).not.toContain('xxxx');
    expect(await running.interrupt()).toBe(0);
  });
});

describe('clawtray gateway trace', () => {
  test('prints what passes through the running gateway, verbosely if asked', async () => {
    const gateway = await startGateway();
    const plain = cli(gateway.stateDir, 'gateway', 'trace');
    const verbose = cli(gateway.stateDir, 'gateway', 'trace', '--verbose');
    // Each sees the other one come; so both are there.
    await plain.sees(/method=trace\.subscribe/);
    await verbose.sees(/method=trace\.subscribe/);
    const client = await connectCourse(gateway);
    await client.call('system.status');
    await plain.sees(/RECV msg_id=msg-002 method=system\.status channel=default size=\d+B$/m);
    await verbose.sees(
      /RECV msg_id=msg-002 method=system\.status .* size=\d+B dialect=json-rpc conn=[0-9a-f-]{36}$/m,
    );
    expect([await plain.interrupt(), await verbose.interrupt()]).toEqual([0, 0]);
  });

  test('ends quietly when its reader has seen enough', async () => {
    const gateway = await startGateway();
    const watched = cli(gateway.stateDir, 'gateway', 'trace');
    const client = await connectCourse(gateway);
    await client.call('system.status');
    watched.stopReading();
    const asking = setInterval(() => void client.call('system.status').catch(() => undefined), 50);
    expect(await watched.exited).toBe(0);
    clearInterval(asking);
    expect(watched.problems()).not.toMatch(/EPIPE|Error/);
  });

  test('says so when there is no gateway', async () => {
    const alone = cli(temporaryFolder(), 'gateway', 'trace');
    expect(await alone.exited).toBe(1);
    expect(alone.problems()).toMatch(/No gateway is running|not a gateway|another profile/);
  });
});

describe('clawtray gateway methods', () => {
  test('lists them with scope and dialects', async () => {
    const gateway = await startGateway();
    const listing = cli(gateway.stateDir, 'gateway', 'methods');
    expect(await listing.exited).toBe(0);
    const lines = listing.output().split('\n');
    expect(lines[0]).toMatch(/^METHOD +SCOPE +DIALECTS$/);
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^channel\.create +operator\.write +json-rpc$/),
        expect.stringMatching(/^health +- +native, hybrid, json-rpc$/),
        expect.stringMatching(/^heartbeat_trigger +operator\.write +typed$/),
      ]),
    );
    const json = cli(gateway.stateDir, 'gateway', 'methods', '--json');
    expect(await json.exited).toBe(0);
    expect(JSON.parse(json.output())).toEqual(
      expect.arrayContaining([{ name: 'channel.create', scope: 'operator.write', dialects: ['json-rpc'] }]),
    );
  });
});

describe('clawtray status --watch', () => {
  test.each([[['status', 'gateway', '--watch']], [['status', '--watch']]])(
    '%j shows the course’s screen again and again, with real figures',
    async (args) => {
      const gateway = await startGateway();
      const client = await connectCourse(gateway);
      await client.call('channel.create', { name: 'coding' });
      await client.call('channel.switch', { channel_id: 'coding' });
      const screen = cli(gateway.stateDir, ...args);
      const output = await screen.sees(/Rate Limit Hits: \d+\n[^]*Rate Limit Hits: \d+\n/);
      expect(output).toMatch(/^Gateway Status \(refreshing every 2s\)\n─{37}\nUptime: \d+s\n/);
      expect(output).toContain('Active Connections: 2\n');
      expect(output).toContain('Active Channels: 2\n');
      expect(output).toContain('Heartbeat OK: 2/2\n');
      expect(output).toMatch(/Total Messages: [1-9]\d*\nMessages\/sec: \d+\.\d\d\n/);
      expect(output).toMatch(/Memory Usage: \d+ MB\n/);
      expect(await screen.interrupt()).toBe(0);
    },
  );

  test('does not know another part than the gateway', async () => {
    const wrong = cli(temporaryFolder(), 'status', 'kitchen');
    expect(await wrong.exited).toBe(2);
    expect(wrong.problems()).toContain('kitchen');
  });
});
