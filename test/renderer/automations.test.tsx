import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { composer, does, happens, openWindow, type Window } from './support/app.tsx';
import { Refusal, type FakeGateway } from './support/fake-gateway.ts';
import { cronJob } from './support/samples.ts';

async function openAutomations(prepare: (gateway: FakeGateway) => void): Promise<Window> {
  const opened = await openWindow({ prepare });
  await opened.user.click(screen.getByRole('button', { name: 'Automations' }));
  return opened;
}

const row = (name: string): HTMLElement => screen.getByText(name).closest('li')!;

describe('automations', () => {
  it('shows schedule, next run and how the last one went', async () => {
    await openAutomations((fake) => {
      fake.jobs = [
        cronJob('a', {
          name: 'Check the calendar',
          schedule: { kind: 'cron', expr: '30 8 * * 1-5' },
          state: {
            nextRunAtMs: Date.now() + 5 * 60_000,
            lastRunAtMs: Date.now() - 60_000,
            lastRunStatus: 'ok',
          },
        }),
        cronJob('b', {
          name: 'Summary',
          schedule: { kind: 'cron', expr: '*/7 9-17 * * 1-5' },
          state: { lastRunAtMs: 1, lastRunStatus: 'error', lastError: 'Ollama is down' },
        }),
      ];
    });
    expect(row('Check the calendar').textContent).toMatch(
      /Every weekday at .*8:30.*In 5 minutes.*Last run went well, 1 minute ago/,
    );
    expect(row('Summary').textContent).toContain('*/7 9-17 * * 1-5');
    expect(row('Summary').textContent).toContain('Ollama is down');
  });

  it('runs one now and shows that it runs', async () => {
    const { gateway, user } = await openAutomations((fake) => {
      fake.jobs = [cronJob('a', { name: 'Stretch' })];
    });
    await does(user.click(screen.getByRole('button', { name: 'Run now: Stretch' })));
    expect(gateway.requests.at(-1)).toMatchObject({ method: 'cron.run', params: { id: 'a', mode: 'force' } });
    expect(within(row('Stretch')).getByText('Running')).toBeTruthy();
    const job = cronJob('a', { name: 'Stretch', state: { lastRunAtMs: Date.now(), lastRunStatus: 'ok' } });
    await happens(() => gateway.emit('cron', { jobId: 'a', action: 'finished', job, status: 'ok' }));
    expect(within(row('Stretch')).queryByText('Running')).toBeNull();
  });

  it('removes one only after asking, with keeping as the answer that is at hand', async () => {
    const { gateway, user } = await openAutomations((fake) => {
      fake.jobs = [cronJob('a', { name: 'Stretch' }), cronJob('b', { name: 'Call Ana' })];
    });
    await user.click(screen.getByRole('button', { name: 'Remove: Stretch' }));
    expect(document.activeElement?.textContent).toBe('Keep');
    await user.keyboard('{Escape}');
    expect(gateway.count('cron.remove')).toBe(0);
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Remove: Stretch' }));

    await user.click(screen.getByRole('button', { name: 'Remove: Stretch' }));
    await does(user.click(screen.getByRole('button', { name: 'Remove' })));
    expect(screen.queryByText('Stretch')).toBeNull();
    expect(screen.getByText('Call Ana')).toBeTruthy();
    expect(row('Call Ana').contains(document.activeElement)).toBe(true);
  });

  it('says why something did not work, and leaves the job', async () => {
    const { user } = await openAutomations((fake) => {
      fake.jobs = [cronJob('a', { name: 'Stretch' })];
      fake.handlers['cron.run'] = () => {
        throw new Refusal('UNAVAILABLE', 'The disk is full.');
      };
    });
    await does(user.click(screen.getByRole('button', { name: 'Run now: Stretch' })));
    expect(within(row('Stretch')).getByRole('alert').textContent).toBe('The disk is full.');
  });

  it('follows what the gateway adds and removes', async () => {
    const { gateway } = await openAutomations(() => undefined);
    await happens(() =>
      gateway.emit('cron', { jobId: 'n', action: 'added', job: cronJob('n', { name: 'New one' }) }),
    );
    expect(screen.getByText('New one')).toBeTruthy();
    await happens(() => gateway.emit('cron', { jobId: 'n', action: 'finished', status: 'ok' }));
    expect(screen.queryByText('New one')).toBeNull();
  });

  it('offers an example where there is nothing', async () => {
    const { user } = await openAutomations(() => undefined);
    await does(user.click(screen.getByRole('button', { name: /^Try/ })));
    expect(composer().value).toBe('Remind me every weekday at 8:30 to check the calendar');
  });

  it('says when they cannot be read, and reads them on request', async () => {
    const { gateway, user } = await openAutomations((fake) => {
      fake.handlers['cron.list'] = () => {
        throw new Refusal('UNAVAILABLE', 'The database is locked.');
      };
    });
    expect(screen.getByText('The database is locked.')).toBeTruthy();
    gateway.handlers['cron.list'] = () => ({
      jobs: [cronJob('a', { name: 'Stretch' })],
      total: 1,
      offset: 0,
      limit: 200,
      hasMore: false,
      nextOffset: null,
    });
    await does(user.click(screen.getByRole('button', { name: 'Try again' })));
    expect(screen.getByText('Stretch')).toBeTruthy();
  });
});
