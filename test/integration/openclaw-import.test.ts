import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ImportResult } from '../../src-main/shared/protocol/import.ts';
import { messageText } from '../../src-main/shared/protocol/chat.ts';
import { useCli } from '../fakes/cli-process.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { LATER, makeOpenClawHome, treeHash } from '../fakes/openclaw-home.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';

const cli = useCli();

async function gatewayAndHome(): Promise<{ client: NativeClient; home: string }> {
  const home = temporaryFolder();
  makeOpenClawHome(home);
  return { client: await connectNative(await startGateway()), home };
}

const reasonFor = ({ skipped }: ImportResult, what: string): string | undefined =>
  skipped.find((entry) => entry.what.includes(what))?.reason;

describe('an OpenClaw home', () => {
  test('is taken over with its conversations and automations, and is the same afterwards', async () => {
    const { client, home } = await gatewayAndHome();
    const before = treeHash(home);
    const result = await client.request('import.openclaw', { from: home });
    expect(treeHash(home)).toBe(before);
    expect(result).toMatchObject({
      dryRun: false,
      sessions: { taken: 3, already: 0, messages: 10 },
      jobs: { taken: 5, already: 0 },
      skippedMore: 0,
    });

    const { sessions } = await client.request('sessions.list', { includeDerivedTitles: true });
    const byKey = (a: { key: string }, b: { key: string }): number => (a.key < b.key ? -1 : 1);
    expect([...sessions].sort(byKey)).toMatchObject([
      { key: 'agent:coder:main', label: 'Kitchen' },
      {
        key: 'agent:main:main',
        sessionId: 'main-session',
        label: 'Kitchen',
        derivedTitle: 'What is in the fridge?',
      },
      { key: 'agent:main:whatsapp:group:123', label: 'Family' },
    ]);
    const { messages } = await client.request('chat.history', { sessionKey: 'main' });
    expect(messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'toolResult',
      'assistant',
      'assistant',
      'user',
    ]);
    expect(messages.map(messageText)).toEqual([
      'What is in the fridge?',
      'I will look.',
      'milk',
      'Milk.',
      'Ana asked about the fridge.',
      'And in this picture?[image left out]',
    ]);
    expect(messages[1]).toMatchObject({
      content: [
        { type: 'text' },
        { type: 'toolCall', id: 't1', name: 'exec', arguments: { command: 'ls fridge' } },
      ],
      usage: { input: 10, output: 5, totalTokens: 16 },
      timestamp: Date.UTC(2026, 1, 3, 10, 0, 2),
      model: 'claude',
    });
    expect(JSON.stringify(messages)).not.toContain('secret thoughts');

    const { jobs } = await client.request('cron.list', { includeDisabled: true });
    expect(new Map(jobs.map((job) => [job.id, job]))).toMatchObject(
      new Map<string, object>([
        ['job-now', { name: 'Stretch', enabled: true, wakeMode: 'next-heartbeat' }],
        [
          'job-cron-key',
          {
            schedule: { kind: 'cron', expr: '20 6 * * *', tz: 'Europe/Berlin' },
            payload: { kind: 'agentTurn', message: 'Brief me' },
          },
        ],
        [
          'job-string',
          {
            enabled: false,
            schedule: { kind: 'cron', expr: '0 */2 * * *' },
            payload: { message: 'Refresh the feed', timeoutSeconds: 120 },
          },
        ],
        ['job-at', { schedule: { kind: 'at', at: '2099-01-01T00:00:00.000Z' } }],
        ['job-at-iso', { name: 'Nameless', schedule: { kind: 'at', at: '2099-05-05T10:00:00.000Z' } }],
      ]),
    );
  });

  test('brings its rules about commands along, but not how little it asked', async () => {
    const { client, home } = await gatewayAndHome();
    const result = await client.request('import.openclaw', { from: home });
    expect(result.rules).toEqual({ taken: 3, already: 0 });
    const { file, resolvedDefaults } = await client.request('exec.approvals.get', {});
    expect(resolvedDefaults).toMatchObject({ security: 'allowlist', ask: 'on-miss' });
    expect(file.agents?.['main']).toEqual({
      allowlist: [
        { id: expect.any(String) as string, pattern: '/usr/bin/uptime' },
        { id: expect.any(String) as string, pattern: '/usr/bin/df', argPattern: '^-h$' },
        { id: expect.any(String) as string, pattern: '~/bin/tidy' },
      ],
    });
    expect(JSON.stringify(file)).not.toContain('not-to-be-taken');
    const again = await client.request('import.openclaw', { from: home });
    expect(again.rules).toEqual({ taken: 0, already: 3 });
  });

  test('has all that is not taken told with the reason', async () => {
    const { client, home } = await gatewayAndHome();
    const result = await client.request('import.openclaw', { from: home, dryRun: true });
    for (const [what, reason] of [
      ['agent:main:main: 2 lines', 'broken'],
      ['agent:main:main: 1 messages', 'another way'],
      ['agent:main:main: 1 attachments', 'a word'],
      ['agent:main:cron:j:run:r1', 'single run'],
      ['agent:main:gone', 'not there'],
      ['agent:main:outside', 'not there'],
      ['agent:main:linked', 'not there'],
      ['agent:main:empty', 'nothing was said'],
      ['agent:main:strange', 'no transcript'],
      ['sessions: 2 transcripts', 'no session names them'],
      ['"Long ago"', 'has passed'],
      ['"Shell"', 'runs a command'],
      ['"Heartbeat (main)"', 'heartbeat'],
      ['"Nonsense"', 'whenever'],
      ['"No id"', 'no usable id'],
      ['"job 11"', 'no object'],
      ['"Brief"', 'its delivery to a channel and its choice of model'],
      ['rule "/**" of main', 'every program'],
      ['rule "/usr/bin/ls" of main', 'no regular expression'],
      ['rule "" of main', 'names no program'],
    ] as const) {
      expect(reasonFor(result, what), what).toContain(reason);
    }
    expect(result.notes).toContainEqual(expect.stringContaining('no agent "coder"'));
  });

  test('is only looked at with dryRun', async () => {
    const { client, home } = await gatewayAndHome();
    const wouldTake = await client.request('import.openclaw', { from: home, dryRun: true });
    await expect(client.request('sessions.list', {})).resolves.toMatchObject({ totalCount: 0 });
    await expect(client.request('cron.list', { includeDisabled: true })).resolves.toMatchObject({ total: 0 });
    const { dryRun, ...taken } = await client.request('import.openclaw', { from: home });
    expect(dryRun).toBe(false);
    expect(taken).toEqual({ ...wouldTake, dryRun: undefined });
  });

  test('that is taken twice is there once, and only what is new comes with the second time', async () => {
    const { client, home } = await gatewayAndHome();
    await client.request('import.openclaw', { from: home });
    await expect(client.request('import.openclaw', { from: home })).resolves.toMatchObject({
      sessions: { taken: 0, already: 3, messages: 0 },
      jobs: { taken: 0, already: 5 },
    });
    appendFileSync(path.join(home, 'agents/main/sessions/main-session.jsonl'), LATER);
    await expect(client.request('import.openclaw', { from: home })).resolves.toMatchObject({
      sessions: { taken: 1, already: 2, messages: 1 },
    });
    const { messages } = await client.request('chat.history', { sessionKey: 'main' });
    expect(messages.map(({ __openclaw }) => __openclaw?.seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(messages.at(-1)?.content).toEqual([{ type: 'text', text: 'A cat.' }]);
  });

  test('leaves a conversation alone that is there already, and stands beside it', async () => {
    const { client, home } = await gatewayAndHome();
    await client.request('chat.send', { sessionKey: 'main', message: 'hello', idempotencyKey: 'k' });
    await client.runEnd('k');
    await client.request('import.openclaw', { from: home });
    await client.request('import.openclaw', { from: home });
    await expect(client.request('chat.history', { sessionKey: 'main' })).resolves.toMatchObject({
      totalMessages: 2,
    });
    await expect(client.request('chat.history', { sessionKey: 'main-openclaw' })).resolves.toMatchObject({
      totalMessages: 6,
    });
  });

  test('does not bring back what was begun anew or deleted here', async () => {
    const { client, home } = await gatewayAndHome();
    await client.request('import.openclaw', { from: home });
    await client.request('sessions.reset', { key: 'main' });
    const again = await client.request('import.openclaw', { from: home });
    expect(reasonFor(again, 'agent:main:main')).toContain('taken over before');
    await expect(client.request('chat.history', { sessionKey: 'main' })).resolves.toMatchObject({
      totalMessages: 0,
    });
  });

  test('goes on as a conversation: it is found, and can be answered', async () => {
    const { client, home } = await gatewayAndHome();
    await client.request('import.openclaw', { from: home });
    const { results } = await client.request('sessions.search', { query: 'fridge' });
    expect(results.length).toBeGreaterThan(0);
    await client.request('chat.send', { sessionKey: 'main', message: 'hello', idempotencyKey: 'k' });
    await client.runEnd('k');
    await expect(client.request('chat.history', { sessionKey: 'main' })).resolves.toMatchObject({
      totalMessages: 8,
    });
  });

  test('of the first versions, and one that is damaged, is taken as far as it goes', async () => {
    const home = temporaryFolder();
    mkdirSync(path.join(home, 'sessions'));
    writeFileSync(path.join(home, 'sessions/sessions.json'), '\uFEFF{"group:9":{"sessionId":"s"}}');
    const huge = JSON.stringify({ role: 'user', content: 'x'.repeat(1_000_000), timestamp: 2 });
    const tooLong = `{"role":"user","content":"${'y'.repeat(33_000_000)}"}`;
    writeFileSync(
      path.join(home, 'sessions/s.jsonl'),
      `{"role":"user","content":"first"}\n${tooLong}\n${huge}\n{"half`,
    );
    mkdirSync(path.join(home, 'agents/main/sessions'), { recursive: true });
    writeFileSync(path.join(home, 'agents/main/sessions/sessions.json'), '{"broken');
    mkdirSync(path.join(home, 'cron'));
    writeFileSync(path.join(home, 'cron/jobs.json'), '"nothing"');
    const client = await connectNative(await startGateway());
    const result = await client.request('import.openclaw', { from: home });
    expect(result.sessions).toMatchObject({ taken: 1, messages: 2 });
    expect(reasonFor(result, 'agents/main/sessions/sessions.json')).toContain('cannot be read');
    expect(reasonFor(result, 'cron/jobs.json')).toContain('no list of jobs');
    expect(reasonFor(result, 'group:9: 2 lines')).toContain('broken or too long');
    const { messages } = await client.request('chat.history', { sessionKey: 'group:9' });
    expect(messages.map((message) => messageText(message).length)).toEqual([5, 400_000]);
    expect(messageText(messages[1] ?? { content: '' })).toMatch(/… \(shortened\)$/);
  });
});

describe('clawtray import', () => {
  test('says what it takes and what not, and is offered once, in the inbox', async () => {
    const stateDir = temporaryFolder();
    makeOpenClawHome(stateDir);
    const first = await startGateway({ stateDir });
    const client = await connectNative(first);
    const offered = await waitUntil(async () => {
      const { notifications } = await client.request('notifications.list', {});
      return notifications.length > 0 ? notifications : undefined;
    }, 'the offer');
    expect(offered).toMatchObject([{ kind: 'message', title: 'Conversations from OpenClaw' }]);

    const before = treeHash(stateDir);
    const dry = cli(stateDir, 'import', '--dry-run');
    expect(await dry.exited, dry.problems()).toBe(0);
    expect(dry.output()).toMatch(/^Would take over from .*:\n {2}3 conversations with 10 messages$/m);
    const command = cli(stateDir, 'import');
    expect(await command.exited, command.problems()).toBe(0);
    expect(command.output()).toMatch(
      /^Took over from .*:\n {2}3 conversations with 10 messages\n {2}5 automations\n/,
    );
    expect(command.output()).toContain(
      'automation "Shell": it runs a command, which nobody has approved here',
    );
    expect(treeHash(stateDir)).toBe(before);

    await first.stop();
    const again = await connectNative(await startGateway({ stateDir }));
    await expect(again.request('chat.history', { sessionKey: 'main' })).resolves.toMatchObject({
      totalMessages: 6,
    });
    await expect(again.request('notifications.list', {})).resolves.toMatchObject({ total: 1 });
  });

  test('says so when there is no such folder, and when no gateway runs', async () => {
    const gateway = await startGateway();
    const nowhere = cli(gateway.stateDir, 'import', '--from', '/no/such/folder');
    expect(await nowhere.exited).toBe(1);
    expect(nowhere.problems()).toContain('There is no folder /no/such/folder');
    const alone = cli(temporaryFolder(), 'import');
    expect(await alone.exited).toBe(1);
  });
});
