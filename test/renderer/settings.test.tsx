import { screen, within } from '@testing-library/react';
import { beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/shared/json.ts';
import type { ConfigGetResult, ConfigWriteResult } from '../../src-main/shared/protocol/config.ts';
import type { ExecApprovalsFile } from '../../src-main/shared/protocol/approvals.ts';
import type { PairedDevice } from '../../src-main/shared/protocol/devices.ts';
import type { GatewayEvents } from '../../src-main/shared/protocol/events.ts';
import type { StatusResult } from '../../src-main/shared/protocol/system.ts';
import type { UsageTotals } from '../../src-main/shared/protocol/usage.ts';
import { formats } from '../../src-renderer/app/i18n/formats.ts';
import { does, happens, openWindow, type FakeHost, type Window } from './support/app.tsx';
import { Refusal, type FakeGateway } from './support/fake-gateway.ts';
import { MAIN, sessionRow, statusResult } from './support/samples.ts';

const SCHEMA = {
  type: 'object',
  properties: {
    gateway: {
      type: 'object',
      properties: {
        port: { type: 'integer' },
        auth: {
          type: 'object',
          properties: { mode: { enum: ['token', 'none'] }, token: { type: 'string' } },
        },
        proactiveNotifications: {},
      },
    },
  },
};

const HINTS = {
  'gateway.port': { label: 'Port', group: 'Network', placeholder: '18789' },
  'gateway.auth.mode': { label: 'Kind of secret', group: 'Sign-in' },
  'gateway.auth.token': { label: 'Token', group: 'Sign-in', sensitive: true },
  'gateway.proactiveNotifications': { label: 'Notifications ride on pings', placeholder: 'true' },
};

/** A gateway whose configuration is this, and can be changed. */
function configured(config: JsonObject) {
  return (gateway: FakeGateway): void => {
    let current = config;
    gateway.handlers['config.get'] = () =>
      ({
        path: '/home/ana/.openclaw/openclaw.json',
        exists: true,
        hash: 'h1',
        issues: [],
        config: current,
      }) as unknown as ConfigGetResult;
    gateway.handlers['config.schema'] = () => ({
      schema: SCHEMA,
      uiHints: HINTS,
      version: '1',
      generatedAt: '2026-01-01T00:00:00Z',
    });
    gateway.handlers['config.patch'] = ({ raw, baseHash }) => {
      expect(baseHash).toBe('h1');
      current = { ...current, ...(JSON.parse(raw) as JsonObject) };
      const restartRequired = raw.includes('port') ? ['gateway.port'] : [];
      return { ok: true, restartRequired } as unknown as ConfigWriteResult;
    };
    gateway.handlers['models.list'] = () => ({
      models: [
        { id: 'llama3.2', name: 'llama3.2', provider: 'ollama' },
        { id: 'qwen3', name: 'qwen3', provider: 'lmstudio' },
      ],
    });
  };
}

// Loaded when it is first opened, which takes a loaded machine longer than a test waits for words.
beforeAll(async () => {
  await import('../../src-renderer/features/settings/settings-view.tsx');
}, 30_000);

async function openSettings(
  section: string | undefined,
  prepare: (gateway: FakeGateway, host: FakeHost) => void,
): Promise<Window> {
  const window = await openWindow({ prepare });
  await does(window.user.keyboard('{Control>},{/Control}'));
  await screen.findByRole('navigation', { name: 'Sections' });
  if (section !== undefined) await does(window.user.click(screen.getByRole('button', { name: section })));
  await happens(() => undefined);
  return window;
}

const lastPatch = (gateway: FakeGateway): unknown =>
  JSON.parse(String(gateway.requests.findLast(({ method }) => method === 'config.patch')?.params['raw']));

describe('general settings', () => {
  it('shows the model that was chosen, also when it is not found, and chooses another', async () => {
    const { gateway, user } = await openSettings(
      undefined,
      configured({ agents: { defaults: { model: { primary: 'gone/model' } } } }),
    );
    const choice = screen.getByRole('combobox', { name: 'For all chats' });
    expect(choice).toHaveProperty('value', 'gone/model');
    await does(user.selectOptions(choice, 'qwen3 (lmstudio)'));
    expect(lastPatch(gateway)).toEqual({ agents: { defaults: { model: 'lmstudio/qwen3' } } });
    expect(choice).toHaveProperty('value', 'lmstudio/qwen3');
    await does(user.selectOptions(choice, 'The best one that is found'));
    expect(lastPatch(gateway)).toEqual({ agents: { defaults: { model: null } } });
  });

  it('says which model answers as soon as the configuration is another', async () => {
    const { gateway } = await openSettings(undefined, configured({}));
    const model = { provider: 'lmstudio', model: 'qwen3', label: 'qwen3 on lmstudio', source: 'configured' };
    gateway.handlers.status = () => statusResult({ model } as Partial<StatusResult>);
    await happens(() => {
      gateway.emit('config.changed', { hash: 'h2' } as GatewayEvents['config.changed']);
    });
    expect(screen.getByText('Now answers: qwen3 on lmstudio')).toBeTruthy();
  });

  it('says why a change was declined', async () => {
    const { gateway, user } = await openSettings(undefined, configured({}));
    gateway.handlers['config.patch'] = () => {
      throw new Refusal('INVALID_REQUEST', 'The file cannot be written.');
    };
    await does(
      user.selectOptions(screen.getByRole('combobox', { name: 'For all chats' }), 'llama3.2 (ollama)'),
    );
    expect(screen.getByRole('alert').textContent).toBe('The file cannot be written.');
  });

  it('switches the start with the computer, only where there is an app', async () => {
    let enabled = false;
    const { user } = await openSettings(undefined, (gateway, host) => {
      configured({})(gateway);
      host.loginItem = {
        get: () => Promise.resolve({ supported: true, enabled }),
        set: (next) => {
          if (!next) return Promise.reject(new Error('The folder cannot be written.'));
          enabled = next;
          return Promise.resolve();
        },
      };
    });
    const choice = screen.getByRole('switch', { name: /^Start when/ });
    expect(choice).toHaveProperty('checked', false);
    await does(user.click(choice));
    expect(choice).toHaveProperty('checked', true);
    await does(user.click(choice));
    expect(screen.getByRole('alert').textContent).toBe('The folder cannot be written.');
    expect(choice).toHaveProperty('checked', true);
  });

  it('speaks another language at once, and remembers it', async () => {
    const { host, user } = await openSettings(undefined, configured({}));
    await does(user.selectOptions(screen.getByRole('combobox', { name: 'For the window' }), 'Deutsch'));
    const choice = await screen.findByRole('combobox', { name: 'Im Fenster' });
    expect(screen.getByRole('navigation', { name: 'Abschnitte' })).toBeTruthy();
    expect(document.documentElement.lang).toBe('de');
    expect(host.saved.get('language')).toBe('de');
    expect(formats().dollars.format(2.5)).toBe('2,50\u00a0$');

    await does(user.selectOptions(choice, 'Die des Computers: English'));
    expect(await screen.findByRole('combobox', { name: 'For the window' })).toHaveProperty('value', 'system');
    expect(document.documentElement.lang).toBe('en');
    expect(formats().dollars.format(2.5)).toBe('$2.50');
  });
});

describe('the gateway’s configuration', () => {
  it('finds settings by their words, and changes one value each', async () => {
    const { gateway, user } = await openSettings('Gateway', configured({ gateway: { port: 1 } }));
    await user.type(screen.getByRole('searchbox', { name: 'Search settings' }), 'port');
    expect(screen.queryByRole('combobox')).toBeNull();
    const port = screen.getByRole('textbox', { name: 'Port' });
    expect(port).toHaveProperty('value', '1');
    await user.clear(port);
    await does(user.type(port, '2{Enter}'));
    expect(lastPatch(gateway)).toEqual({ gateway: { port: 2 } });
    await user.clear(screen.getByRole('searchbox', { name: 'Search settings' }));
    await does(user.selectOptions(screen.getByRole('combobox', { name: 'Kind of secret' }), 'none'));
    expect(lastPatch(gateway)).toEqual({ gateway: { auth: { mode: 'none' } } });
    await does(user.click(screen.getByRole('switch', { name: 'Notifications ride on pings' })));
    expect(lastPatch(gateway)).toEqual({ gateway: { proactiveNotifications: false } });
  });

  it('never shows a secret, and takes another or none in its place', async () => {
    const { gateway, user } = await openSettings(
      'Gateway',
      configured({ gateway: { auth: { token: '__OPENCLAW_REDACTED__' } } }),
    );
    const field = screen.getByLabelText('Token');
    expect(field).toHaveProperty('value', '');
    expect(field).toHaveProperty('type', 'password');
    expect(field).toHaveProperty('placeholder', 'Set, not shown');
    await does(user.type(field, 'new secret{Enter}'));
    expect(lastPatch(gateway)).toEqual({ gateway: { auth: { token: 'new secret' } } });
    await does(user.click(screen.getByRole('button', { name: 'Take away' })));
    expect(lastPatch(gateway)).toEqual({ gateway: { auth: { token: null } } });
  });
});

describe('agents', () => {
  const files = (gateway: FakeGateway): Map<string, string> => {
    const texts = new Map([['AGENTS.md', 'Be brief.']]);
    gateway.handlers['agents.list'] = () => ({
      defaultId: 'main',
      mainKey: 'main',
      scope: 'per-sender',
      agents: [{ id: 'main', workspace: '/home/ana/.openclaw/workspace' }],
    });
    gateway.handlers['agents.files.list'] = () => ({
      agentId: 'main',
      workspace: '',
      files: ['AGENTS.md', 'SOUL.md'].map((name) => ({ name, path: name, missing: !texts.has(name) })),
    });
    gateway.handlers['agents.files.get'] = ({ name }) => ({
      agentId: 'main',
      workspace: '',
      file: { name, path: name, missing: !texts.has(name), content: texts.get(name) ?? '' },
    });
    gateway.handlers['agents.files.set'] = ({ name, content }) => {
      texts.set(name, content);
      return { ok: true, agentId: 'main', workspace: '', file: { name, path: name, missing: false } };
    };
    return texts;
  };

  it('edits a file, saves it by key, and asks before something unsaved is left', async () => {
    let texts = new Map<string, string>();
    const { user } = await openSettings('Agents', (gateway) => {
      texts = files(gateway);
    });
    const editor = screen.getByRole('textbox', { name: 'AGENTS.md' });
    expect(editor).toHaveProperty('value', 'Be brief.');
    await user.type(editor, ' Be kind.');
    await does(user.keyboard('{Control>}s{/Control}'));
    expect(texts.get('AGENTS.md')).toBe('Be brief. Be kind.');
    expect(screen.getByText('Saved.')).toBeTruthy();

    await user.type(editor, ' And?');
    await does(user.click(screen.getByRole('button', { name: /^SOUL\.md/ })));
    expect(screen.getByRole('dialog', { name: 'AGENTS.md is not saved' })).toBeTruthy();
    expect(document.activeElement?.textContent).toBe('Stay');
    await does(user.keyboard('{Enter}'));
    expect(screen.getByRole('textbox', { name: 'AGENTS.md' })).toHaveProperty(
      'value',
      'Be brief. Be kind. And?',
    );
    await does(user.click(screen.getByRole('button', { name: /^SOUL\.md/ })));
    await does(user.click(screen.getByRole('button', { name: 'Don’t save' })));
    expect(screen.getByRole('textbox', { name: 'SOUL.md' })).toHaveProperty('value', '');
    expect(texts.get('AGENTS.md')).toBe('Be brief. Be kind.');
  });

  it('keeps what was written when it could not be saved', async () => {
    const { gateway, user } = await openSettings('Agents', (fake) => void files(fake));
    gateway.handlers['agents.files.set'] = () => {
      throw new Refusal('UNAVAILABLE', 'The disk is full.');
    };
    const editor = screen.getByRole('textbox', { name: 'AGENTS.md' });
    await user.type(editor, '!');
    await does(user.click(screen.getByRole('button', { name: 'Save' })));
    expect(screen.getByText('The disk is full.')).toBeTruthy();
    expect(editor).toHaveProperty('value', 'Be brief.!');
  });
});

describe('devices', () => {
  const phone = {
    deviceId: 'd1',
    displayName: 'Phone',
    platform: 'iOS',
    roles: ['operator'],
    scopes: ['operator.read'],
    connected: false,
    lastSeenAtMs: Date.now() - 60_000,
  } as unknown as PairedDevice;

  it('are renamed, and removed only after asking', async () => {
    const { gateway, user } = await openSettings('Devices', (fake) => {
      let paired: readonly PairedDevice[] = [phone];
      fake.handlers['device.pair.list'] = () => ({ pending: [], paired });
      fake.handlers['device.pair.rename'] = ({ deviceId, label }) => {
        paired = [{ ...phone, operatorLabel: label }];
        return { deviceId, label };
      };
      fake.handlers['device.pair.remove'] = ({ deviceId }) => {
        paired = [];
        return { deviceId };
      };
    });
    const choose = async (name: string): Promise<void> => {
      await does(user.click(screen.getByRole('button', { name: /^Actions for (Phone|Ada)/ })));
      await does(user.click(screen.getByRole('menuitem', { name })));
    };
    expect(screen.getByText(/iOS · read/)).toBeTruthy();
    await choose('Rename');
    await user.clear(screen.getByRole('textbox', { name: 'Name' }));
    await does(user.type(screen.getByRole('textbox', { name: 'Name' }), 'Ada’s phone{Enter}'));
    expect(screen.getByText('Ada’s phone')).toBeTruthy();
    await choose('Remove');
    expect(document.activeElement?.textContent).toBe('Keep');
    await does(user.keyboard('{Enter}'));
    expect(gateway.count('device.pair.remove')).toBe(0);
    await choose('Remove');
    await does(user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Remove' })));
    expect(screen.getByText('No device was paired yet.')).toBeTruthy();
  });
});

describe('what is always allowed', () => {
  it('is shown exactly as it holds, and taken back only after asking', async () => {
    let file: ExecApprovalsFile = {
      version: 1,
      agents: {
        main: {
          allowlist: [
            { id: 'r1', pattern: '/usr/bin/df', argPattern: '^-h\\x00$', commandText: 'df -h' },
            { id: 'r2', pattern: '/usr/bin/ls' },
          ],
          mcpTools: [{ server: 'mail', tool: 'send', source: 'allow-always', addedAt: Date.now() }],
        },
      },
    };
    const { gateway, user } = await openSettings('Allowed', (fake) => {
      const snapshot = () => ({ path: '/p', exists: true, hash: 'h1', file, resolvedDefaults: {} as never });
      fake.handlers['exec.approvals.get'] = snapshot;
      fake.handlers['exec.approvals.set'] = (params) => {
        expect(params.baseHash).toBe('h1');
        ({ file } = params);
        return snapshot();
      };
    });
    for (const text of ['/usr/bin/df', '^-h\\x00$', 'df -h', 'With any arguments'])
      expect(screen.getByText(text)).toBeTruthy();
    expect(screen.getByText(/^Every call of send of mail, whatever its arguments/)).toBeTruthy();
    const revoke = async (rule: string): Promise<void> => {
      await does(user.click(screen.getByRole('button', { name: `Revoke ${rule}` })));
    };
    await revoke('/usr/bin/df');
    expect(document.activeElement?.textContent).toBe('Keep');
    await does(user.keyboard('{Enter}'));
    expect(gateway.count('exec.approvals.set')).toBe(0);
    for (const rule of ['/usr/bin/df', 'mail send']) {
      await revoke(rule);
      await does(user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Revoke' })));
    }
    expect(file.agents?.['main']).toEqual({
      allowlist: [{ id: 'r2', pattern: '/usr/bin/ls' }],
      mcpTools: [],
    });
    await revoke('/usr/bin/ls');
    await does(user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Revoke' })));
    expect(screen.getByText('Nothing is allowed without a question.')).toBeTruthy();
  });
});

describe('the log', () => {
  /** As the gateway writes them. */
  const line = (level: string, message: string): string => {
    const _meta = { logLevelName: level.toUpperCase() };
    return JSON.stringify({ level, _meta, time: '2026-11-21T10:00:00Z', pid: 7, port: 1, message });
  };

  it('is filtered by level and by words, and goes on while nobody stops it', async () => {
    let cursor = 0;
    const { gateway, user } = await openSettings('Logs', (fake) => {
      fake.handlers['logs.tail'] = ({ cursor: since }) => ({
        file: '/tmp/clawtray.log',
        cursor: (cursor += 1),
        size: 1,
        lines:
          since === undefined
            ? [line('info', 'started'), line('debug', 'detail'), line('error', 'disk full'), 'not JSON']
            : [],
      });
    });
    const log = screen.getByRole('log', { name: 'Log' });
    expect(log.textContent).toContain('started');
    expect(log.textContent).toContain('not JSON');
    expect(log.textContent).not.toContain('detail');
    // Everything once, and what happened first.
    expect(log.querySelector('div')?.textContent).toMatch(/info\s*started\s*\{"port":1\}$/);
    await user.selectOptions(screen.getByRole('combobox', { name: 'Least level' }), 'Errors');
    expect(log.textContent).not.toContain('started');
    expect(log.textContent).toContain('disk full');
    await user.selectOptions(screen.getByRole('combobox', { name: 'Least level' }), 'Everything');
    await user.type(screen.getByRole('searchbox', { name: 'Filter lines' }), 'DETAIL');
    expect(log.textContent).not.toContain('disk full');
    await user.click(screen.getByRole('button', { name: 'Pause' }));
    expect(screen.getByRole('button', { name: 'Go on' })).toBeTruthy();
    expect(gateway.count('logs.tail')).toBeGreaterThan(0);
  });
});

describe('the model of one chat', () => {
  it('is chosen from its menu, and taken away again', async () => {
    const { gateway, user } = await openWindow({
      prepare: (fake) => {
        configured({})(fake);
        fake.rows.set(MAIN, sessionRow(MAIN, { derivedTitle: 'Plan' }));
        fake.handlers['sessions.patch'] = ({ key }) => ({
          ok: true,
          path: '',
          key,
          entry: { sessionId: 's', createdAt: 1, updatedAt: 1 },
        });
      },
    });
    await does(user.click(screen.getByRole('button', { name: 'Actions for this chat' })));
    await does(user.click(screen.getByRole('menuitem', { name: 'Model' })));
    await user.selectOptions(screen.getByRole('combobox', { name: 'Answers here' }), 'qwen3 (lmstudio)');
    await does(user.click(screen.getByRole('button', { name: 'Save' })));
    expect(gateway.requests.findLast(({ method }) => method === 'sessions.patch')?.params).toEqual({
      key: MAIN,
      model: 'lmstudio/qwen3',
    });
  });
});

describe('usage', () => {
  const sums = (totalTokens: number, totalCost: number, missingCostEntries = 0): UsageTotals => ({
    input: totalTokens,
    output: 0,
    cacheRead: 0,
    cacheWrite: 0,
    totalTokens,
    totalCost,
    inputCost: totalCost,
    outputCost: 0,
    cacheReadCost: 0,
    cacheWriteCost: 0,
    missingCostEntries,
    missingUsageEntries: 0,
  });

  it('shows every day and every model, and says what is not in the sums', async () => {
    const { gateway, user } = await openSettings('Usage', (fake) => {
      fake.handlers['usage.cost'] = ({ days = 30 }) => ({
        updatedAt: 1,
        days,
        startDate: '2026-11-01',
        endDate: '2026-11-07',
        daily: [{ ...sums(12_000, 0.5), date: '2026-11-03' }],
        totals: sums(12_000, 0.5, 2),
        byModel: [
          { provider: 'openai', model: 'gpt', count: 3, totals: sums(11_000, 0.5) },
          { provider: 'ollama', model: 'llama3.2', count: 2, totals: sums(1_000, 0, 2) },
        ],
      });
    });
    expect(
      screen.getByRole('img', {
        name: 'Tokens by day, from 1 Nov to 7 Nov. The most: 3 Nov, 12k tokens, $0.50.',
      }),
    ).toBeTruthy();
    const slider = screen.getByRole('slider', { name: 'Day in the chart' });
    slider.focus();
    await does(user.keyboard('{Home}{ArrowRight}{ArrowRight}'));
    expect(slider.getAttribute('aria-valuetext')).toBe('3 Nov, 12k tokens, $0.50');
    expect(screen.getByText('3 Nov, 12k tokens, $0.50')).toBeTruthy();
    await does(user.click(screen.getByRole('button', { name: 'Show as a table' })));
    const table = within(screen.getByRole('region', { name: 'By day' }));
    expect(table.getAllByRole('row')).toHaveLength(8);
    expect(table.getByRole('row', { name: '3 Nov 12,000 $0.50' })).toBeTruthy();
    expect(screen.getByRole('row', { name: /ollama\/llama3\.2/ }).textContent).toContain('not known');
    expect(screen.getByText('For 2 calls no price is known, so their cost is not in the sum.')).toBeTruthy();
    await does(user.click(screen.getByRole('button', { name: '7 days' })));
    expect(gateway.requests.at(-1)?.params).toMatchObject({ days: 7, mode: 'specific' });
  });

  it('says so when nothing was asked', async () => {
    await openSettings('Usage', (fake) => {
      fake.handlers['usage.cost'] = () => ({
        updatedAt: 1,
        days: 30,
        startDate: '2026-11-01',
        endDate: '2026-11-07',
        daily: [],
        totals: sums(0, 0),
        byModel: [],
      });
    });
    expect(screen.getByText('No model was asked in this time.')).toBeTruthy();
  });
});
