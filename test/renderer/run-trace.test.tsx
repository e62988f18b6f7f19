import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { RunSummary, RunTraceResult } from '../../src-main/shared/protocol/runs.ts';
import { does, openWindow, type Window } from './support/app.tsx';
import type { FakeGateway } from './support/fake-gateway.ts';
import { MAIN, sessionRow } from './support/samples.ts';

const at = 1_700_000_000_000;
const run = (runId: string, more: Partial<RunSummary> = {}): RunSummary => ({
  runId,
  sessionKey: MAIN,
  state: 'done',
  acceptedAtMs: at,
  beganAtMs: at,
  endedAtMs: at + 4_000,
  modelCalls: 2,
  totalTokens: 1_234,
  ...more,
});
const trace: RunTraceResult = {
  run: run('r1'),
  steps: [
    {
      kind: 'model',
      provider: 'local',
      model: 'qwen',
      outcome: 'ok',
      startedAtMs: at,
      endedAtMs: at + 1_200,
      inputTokens: 700,
      outputTokens: 12,
    },
    {
      kind: 'approval',
      about: 'rm -r cache',
      outcome: 'deny',
      startedAtMs: at + 1_300,
      endedAtMs: at + 3_300,
    },
    {
      kind: 'tool',
      name: 'exec',
      about: '{"command":"rm -r cache"}',
      outcome: 'failed',
      startedAtMs: at + 1_300,
      endedAtMs: at + 3_300,
    },
  ],
};

function serving(fake: FakeGateway): void {
  fake.rows.set(MAIN, sessionRow(MAIN, { label: 'Housework' }));
  fake.handlers['logs.tail'] = () => ({ file: '', cursor: 0, size: 0, lines: [] });
  fake.handlers['runs.list'] = ({ states, before }) => ({
    runs:
      before === undefined
        ? [run('r1'), run('r2', { state: 'failed' })].filter((one) => states?.includes(one.state) ?? true)
        : [run('r0')],
    ...(before === undefined ? { next: 7 } : {}),
  });
  fake.handlers['runs.trace'] = () => trace;
}

async function openRuns(): Promise<Window> {
  const opened = await openWindow({ prepare: serving });
  await does(opened.user.click(screen.getByRole('button', { name: 'Settings' })));
  await does(opened.user.click(screen.getByRole('button', { name: 'Logs' })));
  await does(opened.user.click(screen.getByRole('button', { name: 'Runs' })));
  return opened;
}
const runs = (): HTMLElement[] => within(screen.getByRole('list', { name: 'Runs' })).getAllByRole('listitem');

it('lists runs by state and page', async () => {
  const { gateway, user } = await openRuns();
  expect(runs().map(({ textContent }) => textContent)).toEqual([
    expect.stringMatching(/^HouseworkDone4 s · 2 model calls · 1,234 tokens/),
    expect.stringMatching(/^HouseworkFailed/),
  ]);
  await does(user.click(screen.getByRole('button', { name: 'Show older runs' })));
  expect(runs()).toHaveLength(3);
  await does(user.selectOptions(screen.getByRole('combobox', { name: 'State' }), 'Failed'));
  expect(gateway.requests.at(-1)?.params).toEqual({ states: ['failed', 'interrupted'] });
  expect(runs()).toHaveLength(1);
});

it('shows the steps of a run with their times, and only those of one kind', async () => {
  const { user } = await openRuns();
  await does(user.click(within(runs()[0]!).getByRole('button')));
  const steps = (): string[] =>
    within(screen.getByRole('list', { name: 'Steps' }))
      .getAllByRole('listitem')
      .map(({ textContent }) => textContent);
  expect(steps()).toEqual([
    'Model: local/qwen1.2 s700 tokens in · 12 tokens out',
    'Approvals: A person was asked2 sDenied · rm -r cache',
    'Tools: exec2 sFailed · {"command":"rm -r cache"}',
  ]);
  await does(user.click(screen.getByRole('button', { name: 'Tools' })));
  expect(steps()).toHaveLength(1);
  await does(user.click(screen.getByRole('button', { name: 'All runs' })));
  expect(runs()).toHaveLength(2);
});
