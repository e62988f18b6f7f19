import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { PendingApproval } from '../../src-main/shared/protocol/approvals.ts';
import type { PendingDevice } from '../../src-main/shared/protocol/devices.ts';
import { pendingApproval, pendingDevice, pendingNode, pendingPluginApproval } from '../fakes/approvals.ts';
import { composer, does, happens, openWindow, type Window } from './support/app.tsx';
import { Refusal, type FakeGateway } from './support/fake-gateway.ts';

/** A gateway where these wait. */
function waiting(commands: readonly PendingApproval[], devices: readonly PendingDevice[] = []) {
  return (gateway: FakeGateway): void => {
    const open = new Map(commands.map((one) => [one.id, one]));
    gateway.handlers['exec.approval.list'] = () => [...open.values()];
    gateway.handlers['device.pair.list'] = () => ({ pending: devices, paired: [] });
    gateway.handlers['exec.approval.resolve'] = ({ id, decision }) => {
      const found = open.get(id);
      if (found === undefined) throw new Refusal('NOT_FOUND', 'unknown or expired approval id');
      open.delete(id);
      ended(gateway, found, decision as 'deny', 'Clawtray');
      return { ok: true };
    };
    gateway.handlers['device.pair.approve'] = ({ requestId }) => {
      gateway.emit('device.pair.resolved', { requestId, deviceId: 'd', decision: 'approved', ts: 1 });
      return { requestId, device: {} as never };
    };
  };
}

function ended(
  gateway: FakeGateway,
  { id, request }: PendingApproval,
  decision: 'deny' | 'allow-once',
  by: string | null,
  reason: 'user' | 'timeout' = 'user',
): void {
  gateway.emit('exec.approval.resolved', {
    id,
    decision,
    terminalReason: reason,
    resolvedBy: by,
    ts: 1,
    request,
  });
}

async function review(prepare: (gateway: FakeGateway) => void): Promise<Window> {
  const window = await openWindow({ prepare });
  await does(window.user.click(screen.getByRole('button', { name: 'Review' })));
  return window;
}

/** What has just come up is deaf for a moment. */
async function heard(): Promise<void> {
  await waitFor(() => {
    expect(screen.getByRole('button', { name: /^(Deny|Reject)$/ }).ariaDisabled).toBe('false');
  });
}

const button = (name: string): HTMLElement => screen.getByRole('button', { name });

describe('a command that waits', () => {
  it('is announced in every view, and shown whole with who asks, where, and what would be stored', async () => {
    const long = `tar czf /tmp/all.tgz ${'folder/with/a/long/name '.repeat(40)}--exclude=secret`;
    await review(
      waiting([
        pendingApproval('a', {
          command: long,
          cwd: '/home/ana/project',
          sessionKey: 'agent:main:main',
          resolvedPath: '/usr/bin/tar',
          envKeys: ['LANG'],
          warningText: 'Writes outside of the workspace.',
          alwaysRules: [{ pattern: '/usr/bin/tar', args: ['czf'] }],
        }),
      ]),
    );
    expect(screen.getByRole('heading', { name: 'Agent main wants to run this command' })).toBeTruthy();
    expect(screen.getByRole('region', { name: 'Command' }).textContent).toBe(long);
    for (const text of [
      '/home/ana/project',
      '/usr/bin/tar',
      'LANG',
      '/usr/bin/tar czf',
      'Writes outside of the workspace.',
    ])
      expect(screen.getByText(text)).toBeTruthy();
    expect(screen.getByRole('timer').textContent).toMatch(/^\d+:\d\d left/);
    expect(document.activeElement).toBe(button('Deny'));
    expect(button('Waiting for you, 1 waits').getAttribute('aria-current')).toBe('page');
  });

  it('shows what the eye would miss, and copies the command as it is', async () => {
    const command = 'cat \u202Efile';
    const { host, user } = await review(
      waiting([
        pendingApproval('a', {
          command,
          suspectSpans: [{ startIndex: 4, endIndex: 5, kind: 'direction', shown: 'U+202E' }],
        }),
      ]),
    );
    const shown = screen.getByRole('region', { name: 'Command' });
    expect(within(shown).getByText('U+202E').tagName).toBe('MARK');
    expect(screen.getByText(/^1 character cannot be seen/)).toBeTruthy();
    await does(user.click(button('Copy command')));
    expect(host.copied).toEqual([command]);
  });

  it('is denied with Enter, and the next one has the focus but is deaf for a moment', async () => {
    const { gateway, user } = await review(
      waiting([pendingApproval('a', { command: 'first' }), pendingApproval('b', { command: 'second' })]),
    );
    await does(user.keyboard('{Enter}'));
    expect(gateway.count('exec.approval.resolve')).toBe(0);
    await heard();
    await does(user.keyboard('{Enter}{Enter}'));
    const sent = gateway.requests.filter(({ method }) => method === 'exec.approval.resolve');
    expect(sent.map(({ params }) => params)).toEqual([{ id: 'a', decision: 'deny' }]);
    expect(screen.getByText('Denied: first')).toBeTruthy();
    expect(screen.getByRole('region', { name: 'Command' }).textContent).toBe('second');
    expect(document.activeElement).toBe(button('Deny'));
  });

  it('is allowed once or always, only as far as that is offered', async () => {
    const { gateway, user } = await review(
      waiting([pendingApproval('a', { allowedDecisions: ['allow-once', 'deny'] })]),
    );
    expect(screen.queryByRole('button', { name: 'Always allow' })).toBeNull();
    await heard();
    await does(user.click(button('Allow once')));
    expect(gateway.requests.at(-1)?.params).toEqual({ id: 'a', decision: 'allow-once' });
    expect(screen.getByText('Nothing waits for you')).toBeTruthy();
  });

  it('goes when somebody else decided or its time is over, and says so', async () => {
    const [first, second] = [
      pendingApproval('a', { command: 'first' }),
      pendingApproval('b', { command: 'second' }),
    ];
    const { gateway } = await review(waiting([first, second]));
    await happens(() => ended(gateway, first, 'allow-once', 'Ada’s phone'));
    expect(screen.getByText('Allowed: first (by Ada’s phone)')).toBeTruthy();
    await happens(() => ended(gateway, second, 'deny', null, 'timeout'));
    expect(screen.getByText('The time was over, so it was not done: second')).toBeTruthy();
    expect(screen.getByText('Nothing waits for you')).toBeTruthy();
  });

  it('says when a decision was not taken, and shows what waits then', async () => {
    const { gateway, user } = await review(waiting([pendingApproval('a')]));
    gateway.handlers['exec.approval.resolve'] = () => {
      throw new Refusal('UNAVAILABLE', 'The disk is full.');
    };
    await heard();
    await does(user.click(button('Deny')));
    expect(screen.getByRole('alert').textContent).toBe('The disk is full.');
    expect(document.activeElement).toBe(button('Deny'));
  });

  it('does not take the focus from somebody who writes, and can be left without deciding', async () => {
    const { gateway, user } = await openWindow({ prepare: waiting([]) });
    await user.type(composer(), 'Half a ');
    await happens(() => gateway.emit('exec.approval.requested', pendingApproval('late')));
    await user.keyboard('thought');
    expect(composer().value).toBe('Half a thought');
    await does(user.click(button('Review')));
    await does(user.keyboard('{Escape}'));
    expect(composer().value).toBe('Half a thought');
    expect(gateway.count('exec.approval.resolve')).toBe(0);
    expect(button('Review')).toBeTruthy();
  });
});

describe('a device that wants to be paired', () => {
  it('says what it asks for and is approved from here', async () => {
    const { gateway, user } = await review(
      waiting([], [pendingDevice('r', { displayName: 'Ada’s phone', isRepair: true })]),
    );
    expect(screen.getByRole('heading', { name: '“Ada’s phone” wants to be paired' })).toBeTruthy();
    expect(screen.getByText('192.168.1.7')).toBeTruthy();
    expect(screen.getByText('read, write')).toBeTruthy();
    expect(screen.getByText('This device was paired before. Now it asks for something else.')).toBeTruthy();
    expect(document.activeElement).toBe(button('Reject'));
    await heard();
    await does(user.click(button('Approve')));
    expect(gateway.requests.at(-1)).toEqual({ method: 'device.pair.approve', params: { requestId: 'r' } });
    expect(screen.getByText('“Ada’s phone” was paired.')).toBeTruthy();
  });
});

describe('what a node offers', () => {
  it('is shown command by command, and can be used once it was approved', async () => {
    const { gateway, user } = await openWindow({
      prepare: (one) => {
        one.handlers['node.pair.list'] = () => ({ pending: [], paired: [] });
        one.handlers['node.pair.approve'] = ({ requestId }) => {
          one.emit('node.pair.resolved', { requestId, nodeId: 'n', decision: 'approved', ts: 1 });
          return { requestId, node: {} as never };
        };
      },
    });
    await happens(() => {
      gateway.emit('node.pair.requested', pendingNode('r', { isRepair: true }));
    });
    expect(screen.getByText('“Attic” offers commands to agents')).toBeTruthy();
    await does(user.click(button('Review')));
    for (const shown of ['system.run', 'system.which', '192.168.1.8']) screen.getByText(shown);
    expect(screen.getByText('This device offered less before. Now there is more.')).toBeTruthy();
    expect(document.activeElement).toBe(button('Reject'));
    await heard();
    await does(user.click(button('Approve')));
    expect(gateway.requests.at(-1)).toEqual({ method: 'node.pair.approve', params: { requestId: 'r' } });
    expect(screen.getByText('The commands of “Attic” can be used now.')).toBeTruthy();
  });

  it('that waited before the window came is found, and goes when somebody else decides', async () => {
    const { gateway } = await review((one) => {
      one.handlers['node.pair.list'] = () => ({ pending: [pendingNode('r')], paired: [] });
    });
    expect(screen.getByRole('heading', { name: '“Attic” offers commands to agents' })).toBeTruthy();
    await happens(() => {
      gateway.emit('node.pair.resolved', { requestId: 'r', nodeId: 'n', decision: 'rejected', ts: 1 });
    });
    expect(screen.getByText('The commands of “Attic” were rejected.')).toBeTruthy();
  });
});

describe('a tool call that waits', () => {
  const call = pendingPluginApproval('p');

  it('is shown whole, says which of several it is, and is allowed by two keys at once', async () => {
    const window = await review((gateway) => {
      waiting([pendingApproval('later', { command: 'df' })])(gateway);
      gateway.handlers['plugin.approval.list'] = () => [{ ...call, createdAtMs: 1 }];
      gateway.handlers['plugin.approval.resolve'] = ({ id, decision }) => {
        gateway.emit('plugin.approval.resolved', {
          id,
          decision: decision as 'allow-once',
          terminalReason: 'user',
          resolvedBy: 'Clawtray',
          ts: 1,
          request: call.request,
        });
        return { ok: true };
      };
    });
    expect(screen.getByText('1 of 2')).toBeTruthy();
    expect(screen.getByRole('heading', { name: 'Agent main asks: Call send of mail' })).toBeTruthy();
    expect(screen.getByRole('region', { name: 'What would be done' }).textContent).toContain('U+202E');
    expect(
      screen.getByText('Every call of send of mail, whatever its arguments, until its server changes it'),
    ).toBeTruthy();
    await heard();
    expect(document.activeElement).toBe(button('Deny'));
    await does(window.user.keyboard('{Control>}{Enter}{/Control}'));
    expect(window.gateway.count('plugin.approval.resolve')).toBe(1);
    expect(screen.getByText('Allowed: Call send of mail')).toBeTruthy();
    expect(screen.getByRole('heading', { name: 'Agent main wants to run this command' })).toBeTruthy();
  });
});

describe('a tool that is not what was allowed for good', () => {
  it('is shown with what came and what went', async () => {
    const asks = pendingPluginApproval('p', {
      toolChanges: [
        { of: 'server', before: null, now: null },
        { of: 'description', before: 'Sends a mail.', now: 'Sends a mail to everybody.' },
        { of: 'parameters', before: null, now: null },
      ],
    });
    await review((gateway) => {
      gateway.handlers['plugin.approval.list'] = () => [asks];
    });
    const changes = within(
      screen.getByRole('region', { name: 'It is not what it was when it was allowed for good' }),
    );
    expect(changes.getByText('Its server is started or reached in another way.')).toBeTruthy();
    const description = changes.getByRole('region', { name: 'What it says that it does' });
    expect(description.querySelector('ins')?.textContent).toContain('to everybody');
    expect(description.textContent).toContain('Sends a mail');
    expect(changes.getByText('Too long to be compared here.')).toBeTruthy();
  });
});

describe('what changes while the list is read', () => {
  it('counts more than the list: what was asked stays, what was decided does not come back', async () => {
    const old = pendingApproval('old', { command: 'df -h' });
    const { user } = await openWindow({
      prepare: (gateway) => {
        gateway.handlers['exec.approval.list'] = () => [old];
        gateway.handlers['device.pair.list'] = () => {
          gateway.emit('exec.approval.requested', pendingApproval('new', { command: 'uptime' }));
          ended(gateway, old, 'deny', 'Phone');
          return { pending: [], paired: [] };
        };
      },
    });
    await does(user.click(screen.getByRole('button', { name: 'Review' })));
    expect(screen.getByRole('region', { name: 'Command' }).textContent).toBe('uptime');
    expect(screen.queryByText('df -h')).toBeNull();
  });
});
