// An OpenClaw home as the versions before its own databases left it: several agents, broken lines, a tree with a way that
// was left, tool calls, compaction, jobs in every form that they ever had.

import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;
const at = (second: number): string => new Date(Date.UTC(2026, 1, 3, 10, 0, second)).toISOString();

function entry(id: string, parentId: string | null, second: number, message: object): string {
  return line({ type: 'message', id, parentId, timestamp: at(second), message });
}

const text = (words: string): object[] => [{ type: 'text', text: words }];

const MAIN = [
  line({
    type: 'session',
    version: 3,
    id: 'main-session',
    timestamp: at(0),
    cwd: '/home/ana/.openclaw/workspace',
  }),
  line({
    type: 'model_change',
    id: 'c1',
    parentId: null,
    timestamp: at(0),
    provider: 'anthropic',
    modelId: 'x',
  }),
  entry('e1', 'c1', 1, {
    role: 'user',
    content: text('What is in the fridge?'),
    timestamp: Date.parse(at(1)),
  }),
  entry('e2', 'e1', 2, {
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: 'secret thoughts', thinkingSignature: 'abc' },
      ...text('I will look.'),
      { type: 'toolCall', id: 't1', name: 'exec', arguments: { command: 'ls fridge' } },
    ],
    provider: 'anthropic',
    model: 'claude',
    usage: { input: 10, output: 5, cacheRead: 1, cacheWrite: 0, totalTokens: 16, cost: { total: 0.1 } },
    stopReason: 'toolUse',
    timestamp: Date.parse(at(2)),
  }),
  entry('e3', 'e2', 3, {
    role: 'toolResult',
    toolCallId: 't1',
    toolName: 'exec',
    content: text('milk'),
    isError: false,
  }),
  '{"type":"message","id":"broken","parentId":"e3","timestamp":"2026-02-03T10:00\n',
  'not json at all\n',
  entry('left', 'e3', 4, { role: 'assistant', content: text('a way that was left') }),
  entry('e4', 'e3', 5, { role: 'assistant', content: text('Milk.'), timestamp: Date.parse(at(5)) }),
  line({
    type: 'compaction',
    id: 'k1',
    parentId: 'e4',
    timestamp: at(6),
    summary: 'Ana asked about the fridge.',
    firstKeptEntryId: 'e4',
    tokensBefore: 999,
  }),
  line({
    type: 'custom',
    id: 'x1',
    parentId: 'k1',
    timestamp: at(6),
    customType: 'model-snapshot',
    data: {},
  }),
  entry('e5', 'x1', 7, {
    role: 'user',
    content: [...text('And in this picture?'), { type: 'image', data: 'AAAA', mimeType: 'image/png' }],
  }),
];

/** Lines that come when the conversation is gone on with. */
export const LATER = entry('e6', 'e5', 8, { role: 'assistant', content: text('A cat.') });

/** Version 1: no ids; the message on a line of its own kind, and on the line itself. */
const GROUP = [
  line({ type: 'session', id: 'group-session', timestamp: at(0), cwd: '/' }),
  line({ type: 'message', timestamp: at(1), message: { role: 'user', content: 'hello group 😀' } }),
  line({ role: 'assistant', content: 'hello Ana', timestamp: Date.parse(at(2)) }),
];

const JOBS = {
  version: 1,
  jobs: [
    {
      id: 'job-now',
      name: 'Stretch',
      enabled: true,
      createdAtMs: 1,
      updatedAtMs: 1,
      schedule: { kind: 'every', everyMs: 3_600_000, anchorMs: 5 },
      sessionTarget: 'main',
      wakeMode: 'next-heartbeat',
      payload: { kind: 'systemEvent', text: 'Stretch' },
      state: { nextRunAtMs: 7 },
    },
    {
      jobId: 'job-cron-key',
      name: 'Brief',
      schedule: { kind: 'cron', cron: '20 6 * * *', tz: 'Europe/Berlin' },
      sessionTarget: 'isolated',
      payload: {
        kind: 'agentturn',
        message: 'Brief me',
        model: 'gpt-x',
        deliver: true,
        provider: 'telegram',
        to: '1',
      },
    },
    {
      id: 'job-string',
      name: 'Refresh',
      enabled: false,
      schedule: '0 */2 * * *',
      message: 'Refresh the feed',
      timeout: 120,
    },
    {
      id: 'job-at',
      name: 'Once',
      schedule: { kind: 'at', atMs: Date.UTC(2099, 0, 1) },
      payload: { kind: 'systemEvent', text: 'A century' },
    },
    { id: 'job-at-iso', schedule: { at: '2099-05-05T10:00:00' }, payload: { text: 'Nameless' } },
    {
      id: 'job-past',
      name: 'Long ago',
      schedule: { kind: 'at', at: '2001-01-01T00:00:00Z' },
      payload: { kind: 'systemEvent', text: 'x' },
    },
    {
      id: 'job-command',
      name: 'Shell',
      schedule: { kind: 'every', everyMs: 60_000 },
      payload: { kind: 'command', argv: ['rm', '-rf', '/'] },
    },
    {
      id: 'job-heartbeat',
      name: 'Heartbeat (main)',
      declarationKey: 'heartbeat:main',
      schedule: { kind: 'every', everyMs: 1 },
      payload: { kind: 'heartbeat' },
    },
    {
      id: 'job-nonsense',
      name: 'Nonsense',
      schedule: { kind: 'cron', expr: 'whenever' },
      payload: { kind: 'systemEvent', text: 'x' },
    },
    {
      name: 'No id',
      schedule: { kind: 'every', everyMs: 60_000 },
      payload: { kind: 'systemEvent', text: 'x' },
    },
    'not a job',
  ],
};

/** Fills `home` with all of it. */
export function makeOpenClawHome(home: string): void {
  const main = path.join(home, 'agents', 'main', 'sessions');
  const coder = path.join(home, 'agents', 'coder', 'sessions');
  const write = (file: string, content: string): void => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  };
  write(
    path.join(main, 'sessions.json'),
    JSON.stringify({
      'agent:main:main': {
        sessionId: 'main-session',
        updatedAt: Date.parse(at(9)),
        label: 'Kitchen',
        modelOverride: 'x',
      },
      'agent:main:whatsapp:group:123': {
        sessionId: 'group-session',
        updatedAt: 1,
        displayName: 'Family',
        sessionFile: 'group-session-topic-5.jsonl',
      },
      'agent:main:cron:j:run:r1': { sessionId: 'run-session', updatedAt: 1 },
      'agent:main:gone': { sessionId: 'no-such-file', updatedAt: 1 },
      'agent:main:outside': {
        sessionId: 'outside',
        updatedAt: 1,
        sessionFile: '../../../../../../etc/hostname',
      },
      'agent:main:linked': { sessionId: 'linked', updatedAt: 1 },
      'agent:main:empty': { sessionId: 'empty', updatedAt: 1 },
      'agent:main:strange': 'not an entry',
    }),
  );
  write(path.join(main, 'main-session.jsonl'), MAIN.join(''));
  write(path.join(main, 'group-session-topic-5.jsonl'), GROUP.join(''));
  write(path.join(main, 'run-session.jsonl'), GROUP.join(''));
  write(path.join(main, 'empty.jsonl'), line({ type: 'session', id: 'empty' }));
  write(path.join(main, 'forgotten.jsonl'), GROUP.join(''));
  write(path.join(main, 'old.jsonl.deleted.2026-01-01'), 'x');
  symlinkSync('/etc/hostname', path.join(main, 'linked.jsonl'));
  write(
    path.join(coder, 'sessions.json'),
    JSON.stringify({ main: { sessionId: 'coder-session', updatedAt: 1, label: 'Kitchen' } }),
  );
  write(path.join(coder, 'coder-session.jsonl'), GROUP.join(''));
  write(path.join(home, 'cron', 'jobs.json'), JSON.stringify(JOBS));
  write(
    path.join(home, 'exec-approvals.json'),
    JSON.stringify({
      version: 1,
      socket: { path: '/tmp/x.sock', token: 'not-to-be-taken' },
      defaults: { security: 'full', ask: 'off' },
      agents: {
        main: {
          security: 'full',
          allowlist: [
            { id: 'r1', pattern: '/usr/bin/uptime', lastUsedAt: 1, lastUsedCommand: 'uptime' },
            { pattern: '/usr/bin/df', argPattern: '^-h$', source: 'allow-always' },
            { pattern: '/usr/bin/df', argPattern: '^-h$' },
            '~/bin/tidy',
            { pattern: '/**' },
            { pattern: '/usr/bin/ls', argPattern: '(' },
            { argPattern: 'x' },
            7,
          ],
        },
      },
    }),
  );
  write(path.join(home, 'workspace', 'AGENTS.md'), '# Agents');
}

/** A digest of every name, type and content below a folder but what is Clawtray's own. */
export function treeHash(folder: string): string {
  const hash = createHash('sha256');
  const walk = (at_: string): void => {
    for (const name of readdirSync(at_).sort()) {
      const file = path.join(at_, name);
      const stats = lstatSync(file);
      if (name === 'clawtray') continue;
      hash.update(`${path.relative(folder, file)} ${stats.mode} ${stats.mtimeMs}\n`);
      if (stats.isDirectory()) walk(file);
      else if (stats.isFile()) hash.update(readFileSync(file));
    }
  };
  walk(folder);
  return hash.digest('hex');
}
