import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { HeartbeatRecord, HeartbeatStatusResult } from '../../src-main/shared/protocol/heartbeat.ts';
import { does, happens, openWindow, type Window } from './support/app.tsx';
import { Refusal, type FakeGateway } from './support/fake-gateway.ts';

const RECORD: HeartbeatRecord = {
  id: '1',
  agentId: 'main',
  atMs: 0,
  count: 1,
  lastAtMs: Date.now(),
  trigger: 'schedule',
  status: 'sent',
  durationMs: 900,
  text: 'The plants are dry.',
  sessionKey: 'agent:main:heartbeat:1',
  tools: [{ name: 'reminder_list', isError: false }],
  tokensUsed: 1_234,
};

interface State {
  enabled: boolean;
  settings: HeartbeatStatusResult['agents'][number]['settings'];
  records: readonly HeartbeatRecord[];
  content: string;
  updatedAtMs: number;
}

/** A gateway with one agent that beats. */
function beating(state: State) {
  return (gateway: FakeGateway): void => {
    const { handlers } = gateway;
    handlers['agents.list'] = () => ({
      defaultId: 'main',
      mainKey: 'main',
      scope: 'per-sender',
      agents: [{ id: 'main', workspace: '/w' }],
    });
    handlers['heartbeat.status'] = () => ({
      enabled: state.enabled,
      agents: [
        {
          agentId: 'main',
          settings: state.settings,
          ...(state.enabled ? { nextAtMs: Date.now() + 12 * 60_000 } : {}),
          running: false,
          tokensToday: 1_500,
          waiting: 0,
        },
      ],
    });
    handlers['heartbeat.history'] = () => ({ heartbeats: state.records, total: state.records.length });
    handlers['set-heartbeats'] = ({ enabled }) => {
      state.enabled = enabled;
      return { ok: true, enabled };
    };
    handlers['heartbeat.configure'] = ({ agentId: _agent, reset, ...change }) => {
      state.settings = { ...state.settings, ...(change as object), ...(reset ? {} : { chosen: true }) };
      return {} as never;
    };
    handlers['heartbeat.trigger'] = () => ({ result: 'HEARTBEAT_OK', actionsTaken: 0, tokensUsed: 1 });
    handlers['agents.files.get'] = ({ agentId, name }) => ({
      agentId,
      workspace: '/w',
      file: {
        name,
        path: `/w/${name}`,
        missing: false,
        content: state.content,
        updatedAtMs: state.updatedAtMs,
      },
    });
    handlers['agents.files.set'] = ({ agentId, name, content, expectedUpdatedAtMs }) => {
      if (expectedUpdatedAtMs !== undefined && expectedUpdatedAtMs !== state.updatedAtMs)
        throw new Refusal('INVALID_REQUEST', 'It was changed meanwhile.', { code: 'FILE_CHANGED' });
      state.content = content;
      state.updatedAtMs += 1;
      return { ok: true, agentId, workspace: '/w', file: { name, path: `/w/${name}`, missing: false } };
    };
  };
}

async function open(
  state: Partial<State> = {},
  more?: (gateway: FakeGateway) => void,
): Promise<Window & { state: State }> {
  const whole: State = {
    enabled: true,
    settings: { everyMs: 1_800_000, tokensPerDay: 500_000 },
    records: [RECORD],
    content: '- Water the plants',
    updatedAtMs: 5,
    ...state,
  };
  const window = await openWindow({
    prepare: (gateway) => {
      beating(whole)(gateway);
      more?.(gateway);
    },
  });
  await does(window.user.keyboard('{Control>}4{/Control}'));
  await screen.findByRole('heading', { name: 'Heartbeat' });
  await happens(() => undefined);
  return { ...window, state: whole };
}

const last = (gateway: FakeGateway, method: string): unknown =>
  gateway.requests.findLast((request) => request.method === method)?.params;

describe('heartbeat', () => {
  it('says when it looks next, what it used, and how the last look ended', async () => {
    await open();
    screen.getByText('Next look');
    screen.getByText('In 12 minutes');
    screen.getByText('1,500 of 500,000 tokens used today');
    const run = screen.getByText('Told you something').closest('li') as HTMLElement;
    within(run).getByText('The plants are dry.');
    within(run).getByText('1,234 tokens');
    within(run).getByText('Used reminder_list');
    within(run).getByRole('button', { name: 'Open chat' });
  });

  it('says why it did not look, and how often in a row', async () => {
    const { text: _text, sessionKey: _key, tokensUsed: _used, ...skipped } = RECORD;
    await open({
      records: [{ ...skipped, status: 'skipped', reason: 'quiet-hours', count: 14, tools: [] }],
    });
    screen.getByText('Did not look');
    screen.getByText('It was outside of its hours.');
    screen.getByText('14 times in a row');
  });

  it('is switched off for all agents, and then can not look', async () => {
    const { user, state } = await open();
    await does(user.click(screen.getByRole('switch', { name: 'Let agents look by themselves' })));
    expect(state.enabled).toBe(false);
    screen.getByText('Off for all agents');
    expect(screen.getByRole('button', { name: 'Look now' })).toHaveProperty('disabled', true);
  });

  it('changes the interval and the hours, and goes back to the configuration', async () => {
    const { user, gateway } = await open();
    await does(user.selectOptions(screen.getByRole('combobox', { name: 'How often' }), 'Every 2 hours'));
    expect(last(gateway, 'heartbeat.configure')).toEqual({ agentId: 'main', everyMs: 7_200_000 });
    await does(user.click(screen.getByRole('switch', { name: 'Only at certain hours' })));
    expect(last(gateway, 'heartbeat.configure')).toEqual({
      agentId: 'main',
      activeHours: { start: '08:00', end: '22:00' },
    });
    await does(user.click(screen.getByRole('button', { name: 'Use the configuration’s' })));
    expect(last(gateway, 'heartbeat.configure')).toEqual({ agentId: 'main', reset: true });
  });

  it('shows what it would look at, and what a look came to', async () => {
    const { user } = await open({}, ({ handlers }) => {
      handlers['heartbeat.trigger'] = ({ dryRun = false }) => ({
        result: dryRun ? 'HEARTBEAT_OK' : 'The post is here.',
        actionsTaken: 0,
        tokensUsed: 1,
        ...(dryRun ? { reason: 'dry-run' as const, checks: ['- Water the plants'] } : {}),
      });
    });
    await does(user.click(screen.getByRole('button', { name: 'What would it check?' })));
    within(screen.getByText(/no model was asked/).parentElement!).getByText('- Water the plants');
    await does(user.click(screen.getByRole('button', { name: 'Look now' })));
    screen.getByText('The post is here.');
  });

  it('follows what happens elsewhere', async () => {
    const { gateway, state } = await open({ records: [] });
    screen.getByText('It has not looked yet.');
    state.records = [RECORD];
    const before = gateway.count('heartbeat.status');
    await happens(() => {
      gateway.emit('heartbeat', { ts: 1, status: 'sent' });
    });
    expect(gateway.count('heartbeat.status')).toBe(before + 1);
  });

  it('overwrites no checklist that somebody else wrote meanwhile without being told to', async () => {
    const { user, state } = await open();
    const text = screen.getByRole('textbox', { name: 'Checklist' });
    await user.type(text, '!');
    state.content = 'theirs';
    state.updatedAtMs = 9;
    await does(user.click(screen.getByRole('button', { name: 'Save' })));
    const dialog = screen.getByRole('dialog', { name: /changed by somebody else/ });
    expect(state.content).toBe('theirs');
    await does(user.click(within(dialog).getByRole('button', { name: 'Take theirs' })));
    expect(text).toHaveProperty('value', 'theirs');
    await user.type(text, ' and mine');
    await does(user.click(screen.getByRole('button', { name: 'Save' })));
    expect(state.content).toBe('theirs and mine');
    screen.getByText('Saved.');
  });
});
