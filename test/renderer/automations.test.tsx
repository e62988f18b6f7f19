import { cleanup, screen, within } from '@testing-library/react';
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
    const ask = async (): Promise<void> => {
      await does(user.click(screen.getByRole('button', { name: 'Actions for Stretch' })));
      await does(user.click(screen.getByRole('menuitem', { name: 'Remove' })));
    };
    await ask();
    expect(document.activeElement?.textContent).toBe('Keep');
    await user.keyboard('{Escape}');
    expect(gateway.count('cron.remove')).toBe(0);
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Actions for Stretch' }));

    await ask();
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

describe('making and changing automations', () => {
  /** A gateway that does what it is asked. */
  function obliging(gateway: FakeGateway): void {
    gateway.handlers['cron.add'] = (params) => {
      const { name, schedule, payload, sessionTarget } = params;
      return cronJob('new', { name, schedule, payload, sessionTarget });
    };
    gateway.handlers['cron.update'] = ({ id, patch }) => {
      const { name, enabled, schedule } = patch;
      const old = gateway.jobs.find((job) => job.id === id)!;
      return {
        ...old,
        ...(name === undefined ? {} : { name }),
        ...(enabled === undefined ? {} : { enabled }),
        ...(schedule === undefined ? {} : { schedule }),
      };
    };
    gateway.handlers['cron.runs'] = () => ({
      entries: [
        {
          ts: 2,
          jobId: 'a',
          jobName: 'Stretch',
          action: 'finished',
          runId: 'r1',
          runAtMs: Date.now() - 60_000,
          durationMs: 1_500,
          status: 'error',
          error: 'Ollama is down',
          sessionKey: 'agent:main:notes',
        },
      ],
      total: 1,
      offset: 0,
      limit: 30,
      hasMore: false,
      nextOffset: null,
    });
    gateway.jobs = [cronJob('a', { name: 'Stretch' })];
  }

  it('makes one on a schedule, and says it in words before it saves', async () => {
    const { gateway, user } = await openAutomations(obliging);
    await does(user.click(screen.getByRole('button', { name: 'New automation' })));
    expect(document.activeElement).toBe(screen.getByRole('combobox', { name: 'When' }));
    const save = screen.getByRole('button', { name: 'Save' });
    await user.type(screen.getByRole('textbox', { name: 'Reminder' }), 'Stand up');
    expect(save).toHaveProperty('disabled', true);
    await user.type(screen.getByRole('textbox', { name: 'Cron expression' }), '30 8 * * 1-5');
    expect(screen.getByText(/^Every weekday at .*8:30/)).toBeTruthy();
    await does(user.click(save));
    expect(gateway.requests.at(-1)).toMatchObject({
      method: 'cron.add',
      params: {
        name: 'Stand up',
        schedule: {
          kind: 'cron',
          expr: '30 8 * * 1-5',
          tz: Intl.DateTimeFormat().resolvedOptions().timeZone,
        },
        sessionTarget: 'main',
        payload: { kind: 'systemEvent', text: 'Stand up' },
      },
    });
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(screen.getByText('Stand up')).toBeTruthy();
  });

  /** A gateway that understands one sentence. */
  function understanding(gateway: FakeGateway): void {
    obliging(gateway);
    gateway.handlers['cron.preview'] = ({ text, schedule, tz = 'UTC' }) => {
      const words = 'every day at 8:30';
      if (text !== undefined && !text.includes(words))
        throw new Refusal('SCHEDULE_UNCLEAR', 'These words name no time.');
      const rest = text?.replace(words, '').trim() ?? '';
      return {
        schedule: schedule ?? { kind: 'cron', expr: '30 8 * * *', tz },
        nextRunsAtMs: [1, 2, 3, 4, 5].map((day) => Date.UTC(2030, 0, day, 8, 30)),
        tz,
        ...(rest === '' ? {} : { rest }),
      };
    };
  }

  it('understands words where the gateway does, and shows the next five runs before it saves', async () => {
    const { gateway, user } = await openAutomations(understanding);
    await does(user.click(screen.getByRole('button', { name: 'New automation' })));
    const words = screen.getByRole('textbox', { name: 'In words' });
    const save = screen.getByRole('button', { name: 'Save' });
    await user.type(words, 'whenever');
    expect((await screen.findByRole('alert')).textContent).toBe('These words name no time.');
    expect(save).toHaveProperty('disabled', true);
    await user.clear(words);
    await user.type(words, 'every day at 8:30 read the news');
    const runs = await screen.findByRole('list', { name: 'Next runs' });
    expect(within(runs).getAllByRole('listitem')).toHaveLength(5);
    expect(screen.getByText(/^Every day at .*8:30/)).toBeTruthy();
    await does(user.click(save));
    expect(gateway.requests.at(-1)?.params).toMatchObject({
      name: 'read the news',
      schedule: { kind: 'cron', expr: '30 8 * * *' },
      payload: { kind: 'systemEvent', text: 'read the news' },
    });
  });

  it('shows in words what every second Friday is, and keeps it when something else is changed', async () => {
    const expr = '0 17 * * 5 every 2 weeks from 2026-11-27';
    const { gateway, user } = await openAutomations((fake) => {
      obliging(fake);
      fake.rows.clear();
      fake.jobs = [cronJob('f', { name: 'Clean', schedule: { kind: 'cron', expr } })];
    });
    expect(screen.getByText(/^Every 2 weeks on Friday at .*, from 27 Nov 2026$/)).toBeTruthy();
    await does(user.click(screen.getByRole('button', { name: 'Actions for Clean' })));
    await does(user.click(screen.getByRole('menuitem', { name: 'Change' })));
    expect(screen.getByRole('textbox', { name: 'Cron expression' })).toHaveProperty('value', expr);
    await user.type(screen.getByRole('textbox', { name: 'Name' }), ' up');
    await does(user.click(screen.getByRole('button', { name: 'Save' })));
    expect(gateway.requests.at(-1)?.params).toEqual({ id: 'f', patch: { name: 'Clean up' } });
  });

  it('runs a command, and shows what it printed', async () => {
    const { gateway, user } = await openAutomations(obliging);
    await does(user.click(screen.getByRole('button', { name: 'New automation' })));
    await user.selectOptions(screen.getByRole('combobox', { name: 'When' }), 'At an interval');
    await user.click(screen.getByRole('radio', { name: 'Run a command' }));
    expect(screen.getByText(/^Your rules for commands decide/)).toBeTruthy();
    await user.type(screen.getByRole('textbox', { name: 'Command' }), 'df -h "/my disk"');
    await does(user.click(screen.getByRole('button', { name: 'Save' })));
    expect(gateway.requests.at(-1)?.params).toMatchObject({
      sessionTarget: 'isolated',
      payload: { kind: 'command', argv: ['df', '-h', '/my disk'] },
    });
  });

  it('shows the next runs of every other schedule as well', async () => {
    const { user } = await openAutomations(understanding);
    await does(user.click(screen.getByRole('button', { name: 'Actions for Stretch' })));
    await does(user.click(screen.getByRole('menuitem', { name: 'Change' })));
    expect(await screen.findByRole('list', { name: 'Next runs' })).toBeTruthy();
    expect(screen.getByText('Every hour', { selector: '[role=status] *' })).toBeTruthy();
  });

  it('asks the agent at an interval or once', async () => {
    const { gateway, user } = await openAutomations(obliging);
    await does(user.click(screen.getByRole('button', { name: 'New automation' })));
    await user.selectOptions(screen.getByRole('combobox', { name: 'When' }), 'At an interval');
    await user.clear(screen.getByRole('spinbutton', { name: 'Every' }));
    await user.type(screen.getByRole('spinbutton', { name: 'Every' }), '2');
    expect(screen.getByText('Every 2 hours')).toBeTruthy();
    await user.click(screen.getByRole('radio', { name: 'Ask the agent' }));
    await user.type(screen.getByRole('textbox', { name: 'What the agent is asked' }), 'Read the news');
    await does(user.click(screen.getByRole('button', { name: 'Save' })));
    expect(gateway.requests.at(-1)?.params).toMatchObject({
      schedule: { kind: 'every', everyMs: 7_200_000 },
      sessionTarget: 'isolated',
      payload: { kind: 'agentTurn', message: 'Read the news' },
    });
  });

  it('changes only what was changed, and stays open with the reason when that is declined', async () => {
    const { gateway, user } = await openAutomations(obliging);
    await does(user.click(screen.getByRole('button', { name: 'Actions for Stretch' })));
    await does(user.click(screen.getByRole('menuitem', { name: 'Change' })));
    expect(screen.getByText('Every hour', { selector: '[role=status]' })).toBeTruthy();
    const name = screen.getByRole('textbox', { name: 'Name' });
    await user.clear(name);
    await user.type(name, 'Stretch well');
    const answer = gateway.handlers['cron.update']!;
    gateway.handlers['cron.update'] = () => {
      throw new Refusal('UNAVAILABLE', 'The disk is full.');
    };
    await does(user.click(screen.getByRole('button', { name: 'Save' })));
    expect(screen.getByRole('alert').textContent).toBe('The disk is full.');
    gateway.handlers['cron.update'] = answer;
    await does(user.click(screen.getByRole('button', { name: 'Save' })));
    expect(gateway.requests.at(-1)?.params).toEqual({ id: 'a', patch: { name: 'Stretch well' } });
    expect(screen.getByText('Stretch well')).toBeTruthy();
  });

  it('turns one off and on again', async () => {
    const { gateway, user } = await openAutomations(obliging);
    const choose = async (name: string): Promise<void> => {
      await does(user.click(screen.getByRole('button', { name: 'Actions for Stretch' })));
      await does(user.click(screen.getByRole('menuitem', { name })));
    };
    await choose('Turn off');
    expect(within(row('Stretch')).getByText('Off')).toBeTruthy();
    await choose('Turn on');
    expect(gateway.requests.at(-1)?.params).toEqual({ id: 'a', patch: { enabled: true } });
  });

  it('shows how its runs went, and leads to their chats', async () => {
    const { user } = await openAutomations(obliging);
    await does(user.click(screen.getByRole('button', { name: 'Actions for Stretch' })));
    await does(user.click(screen.getByRole('menuitem', { name: 'History' })));
    const dialog = screen.getByRole('dialog', { name: 'History of “Stretch”' });
    expect(within(dialog).getByRole('listitem').textContent).toMatch(
      /Failed.*1 minute ago.*1\.5 s.*Ollama is down/,
    );
    await does(user.click(within(dialog).getByRole('button', { name: 'Open chat' })));
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(screen.getByRole('heading', { name: 'notes' })).toBeTruthy();
  });

  it('offers no more than the gateway serves', async () => {
    const { user } = await openAutomations((gateway) => {
      gateway.jobs = [cronJob('a', { name: 'Stretch' })];
    });
    expect(screen.queryByRole('button', { name: 'New automation' })).toBeNull();
    await does(user.click(screen.getByRole('button', { name: 'Actions for Stretch' })));
    expect(screen.getAllByRole('menuitem').map(({ textContent }) => textContent)).toEqual(['Remove']);
  });
});

describe('the calendar', () => {
  const at = (hours: number): number => Date.now() + hours * 3_600_000;
  const upcoming = (fake: FakeGateway): void => {
    fake.jobs = [cronJob('a', { name: 'Stretch' })];
    fake.handlers['cron.upcoming'] = ({ fromMs = 0, toMs, tz = '' }) => ({
      tz,
      runs: [
        { jobId: 'a', name: 'Stretch', atMs: at(0), lastAtMs: at(0), count: 24, more: true },
        { jobId: 'far', name: 'Water the plants', atMs: at(0) + 1, lastAtMs: at(0) + 2, count: 2 },
      ].filter(({ atMs }) => atMs >= fromMs && atMs < toMs),
    });
    fake.handlers['cron.get'] = ({ id }) => cronJob(id, { name: 'Water the plants' });
  };
  const open = async (prepare: (fake: FakeGateway) => void): Promise<Window> => {
    const opened = await openAutomations(prepare);
    await does(opened.user.click(screen.getByRole('button', { name: 'Calendar' })));
    return opened;
  };

  it('groups what runs by day, and opens an automation that the list has not read', async () => {
    const { gateway, user } = await open(upcoming);
    const today = screen.getByRole('region', { name: 'Today' });
    expect(
      within(today)
        .getAllByRole('listitem')
        .map(({ textContent }) => textContent),
    ).toEqual([
      expect.stringMatching(/Stretchmore than 24 times$/),
      expect.stringMatching(/Water the plants2 times, last at/),
    ]);
    const { tz } = gateway.requests.findLast(({ method }) => method === 'cron.upcoming')!.params;
    expect(tz).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
    await does(user.click(within(today).getByRole('button', { name: /Water the plants/ })));
    expect(row('Water the plants').contains(document.activeElement)).toBe(true);
    expect(screen.getByRole('button', { name: 'List' }).getAttribute('aria-pressed')).toBe('true');
  });

  it('shows a month whose days are reached by arrow keys', async () => {
    const { user } = await open(upcoming);
    await does(user.click(screen.getByRole('button', { name: 'Month' })));
    const today = screen.getByRole('button', { name: 'Today, 2 automations' });
    expect(screen.getAllByRole('columnheader')).toHaveLength(7);
    expect(today.getAttribute('aria-pressed')).toBe('true');
    today.focus();
    const { tagName } = today;
    await does(user.keyboard(new Date().getDate() > 15 ? '{ArrowUp}' : '{ArrowDown}'));
    expect(document.activeElement?.tagName).toBe(tagName);
    expect(document.activeElement?.getAttribute('aria-pressed')).toBe('true');
    expect(screen.getByText('Nothing runs on this day.')).toBeTruthy();
    await does(user.click(screen.getByRole('button', { name: 'Next month' })));
    await does(user.click(screen.getByRole('button', { name: 'Today' })));
    expect(screen.getByRole('button', { name: 'Today, 2 automations' })).toBeTruthy();
  });

  it('says when nothing runs, and is not offered by a gateway without it', async () => {
    await open((fake) => {
      upcoming(fake);
      fake.handlers['cron.upcoming'] = ({ tz = '' }) => ({ runs: [], tz });
    });
    expect(screen.getByText('Nothing runs in these seven days.')).toBeTruthy();
    cleanup();
    await openAutomations((fake) => {
      fake.jobs = [cronJob('a')];
    });
    expect(screen.queryByRole('button', { name: 'Calendar' })).toBeNull();
  });
});
