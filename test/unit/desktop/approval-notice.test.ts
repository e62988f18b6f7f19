import { describe, expect, it } from 'vitest';
import { noticeFor, type Pending } from '../../../src-main/desktop/approvals/approval-notice.ts';
import { pendingApproval, pendingDevice, pendingNode } from '../../fakes/approvals.ts';

const command = (text: string, more: Parameters<typeof pendingApproval>[1] = {}): Pending => ({
  kind: 'command',
  id: 'a',
  approval: pendingApproval('a', { command: text, ...more }),
});

const device = (more: Parameters<typeof pendingDevice>[1] = {}): Pending => ({
  kind: 'device',
  id: 'd',
  request: pendingDevice('d', more),
});

describe('the notification about a command', () => {
  it('shows all of it, who asks and where, and may be answered', () => {
    expect(
      noticeFor(command('df -h', { cwd: '/home/ana', agentId: 'main', sessionKey: 'agent:main:disk' })),
    ).toEqual({
      title: 'Agent main wants to run a command',
      body: 'df -h\nChat: agent:main:disk\nFolder: /home/ana',
      decidable: true,
    });
  });

  const span = { startIndex: 0, endIndex: 1, kind: 'direction', shown: 'U+202E' } as const;
  const analysis = {
    commandCount: 1,
    nestedCommandCount: 0,
    riskKinds: [],
    warningLines: ['Deletes files.'],
  };
  it.each<[string, Pending]>([
    ['long', command('x'.repeat(97))],
    ['of two lines', command('ls\nrm -rf /')],
    ['with characters that deceive', command('l', { suspectSpans: [span] })],
    ['with a warning', command('ls', { warningText: 'Not on this computer.' })],
    ['that was found risky', command('ls', { commandAnalysis: analysis })],
    ['with variables that are not shown', command('ls', { envKeys: ['PATH'] })],
  ])('leads to the window and shows none of it when it is %s', (_what, pending) => {
    const { body, decidable } = noticeFor(pending);
    expect(decidable).toBe(false);
    expect(body).toBe('Review the whole command before you decide.');
  });
});

describe('the notification about a device', () => {
  it('says what it is, where it comes from and what it may do then', () => {
    const { title, body, decidable } = noticeFor(
      device({ displayName: 'Ada’s phone', remoteIp: '10.0.0.7' }),
    );
    expect(title).toBe('“Ada’s phone” wants to be paired');
    expect(body).toContain('Address: 10.0.0.7');
    expect(body).toContain('Access: read, write');
    expect(decidable).toBe(true);
  });

  it.each([
    ['a node', device({ role: 'node', scopes: [] })],
    ['one that could change everything', device({ scopes: ['operator.admin'] })],
  ])('leads to the window for %s', (_what, pending) => {
    expect(noticeFor(pending).decidable).toBe(false);
  });
});

describe('the notification about what a node offers', () => {
  it('names its commands and leads to the window', () => {
    const commands = 'abcdefgh'.split('').map((letter) => `do.${letter}`);
    const { title, body, decidable } = noticeFor({
      kind: 'node',
      id: 'r',
      request: pendingNode('r', { commands }),
    });
    expect(title).toBe('“Attic” offers commands to agents');
    expect(body).toContain('Address: 192.168.1.8');
    expect(body).toContain('Commands: do.a, do.b, do.c, do.d, do.e, do.f and 2 more');
    expect(decidable).toBe(false);
  });
});
