import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { SkillPreview, SkillRequirements, SkillStatus } from '../../src-main/shared/protocol/skills.ts';
import { does, happens, openWindow, type Window } from './support/app.tsx';
import { Refusal, type FakeGateway } from './support/fake-gateway.ts';

const NOTHING: SkillRequirements = { bins: [], anyBins: [], env: [], config: [], os: [] };

function skill(name: string, part: Partial<SkillStatus> = {}): SkillStatus {
  return {
    name,
    description: `Does ${name}.`,
    source: 'openclaw-bundled',
    bundled: true,
    filePath: '',
    baseDir: '',
    skillKey: name,
    always: false,
    disabled: false,
    blockedByAllowlist: false,
    blockedByAgentFilter: false,
    eligible: true,
    platformIncompatible: false,
    modelVisible: true,
    userInvocable: true,
    commandVisible: true,
    requirements: NOTHING,
    missing: NOTHING,
    configChecks: [],
    install: [],
    ...part,
  };
}

const PREVIEW: SkillPreview = {
  uploadId: 'u1',
  slug: 'weather',
  description: 'Tells the weather.',
  sha256: 'ab'.repeat(32),
  expiresAtMs: 0,
  fileCount: 2,
  totalBytes: 1_200,
  files: [
    { path: 'SKILL.md', size: 200, executable: false },
    { path: 'fetch.sh', size: 1_000, executable: true },
  ],
  requirements: NOTHING,
  missing: { ...NOTHING, bins: ['curl'] },
  warnings: ['It contains a program.'],
  replaces: false,
};

async function open(skills: readonly SkillStatus[], more?: (gateway: FakeGateway) => void): Promise<Window> {
  const window = await openWindow({
    prepare: (gateway) => {
      gateway.handlers['skills.status'] = () => ({
        agentId: 'main',
        workspaceDir: '',
        managedSkillsDir: '',
        skills,
        problems: [],
      });
      gateway.handlers['skills.update'] = ({}) => ({}) as never;
      gateway.handlers['skills.remove'] = ({ name }) => ({ ok: true, name, keptIn: '' });
      gateway.handlers['skills.preview'] = () => PREVIEW;
      gateway.handlers['skills.install'] = () => ({ ok: true, slug: 'weather', path: '' });
      more?.(gateway);
    },
  });
  await does(window.user.keyboard('{Control>},{/Control}'));
  await does(window.user.click(await screen.findByRole('button', { name: 'Skills' })));
  return window;
}

const last = (gateway: FakeGateway, method: string): unknown =>
  gateway.requests.findLast((request) => request.method === method)?.params;

describe('skills', () => {
  it('say why they cannot be used', async () => {
    await open([
      skill('ready'),
      skill('video', { eligible: false, missing: { ...NOTHING, bins: ['ffmpeg'], env: ['TOKEN'] } }),
      skill('off', { eligible: false, disabled: true }),
    ]);
    screen.getByText('Ready.');
    screen.getByText(/^Not available\..*ffmpeg\. It needs a value for TOKEN\.$/);
    screen.getByText('Off.');
  });

  it('are switched off and on', async () => {
    const { user, gateway } = await open([skill('git')]);
    await does(user.click(screen.getByRole('switch', { name: 'git' })));
    expect(last(gateway, 'skills.update')).toEqual({ skillKey: 'git', enabled: false });
  });

  it('take a key and variables, which are not shown', async () => {
    const { user, gateway } = await open([
      skill('mail', { primaryEnv: 'MAIL_KEY', requirements: { ...NOTHING, env: ['MAIL_KEY', 'MAIL_HOST'] } }),
    ]);
    await does(user.click(screen.getByRole('button', { name: 'Actions for mail' })));
    await does(user.click(screen.getByRole('menuitem', { name: 'Key and variables' })));
    await user.type(screen.getByLabelText('Key (MAIL_KEY)'), 's3cret');
    await user.type(screen.getByLabelText('MAIL_HOST'), 'example.org');
    await does(user.click(screen.getByRole('button', { name: 'Save' })));
    expect(last(gateway, 'skills.update')).toEqual({
      skillKey: 'mail',
      apiKey: 's3cret',
      env: { MAIL_HOST: 'example.org' },
    });
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('are shown with everything in them before they are installed, and only that is', async () => {
    const { user, gateway } = await open([]);
    await does(user.click(screen.getByRole('button', { name: 'Install a skill' })));
    const dialog = screen.getByRole('dialog');
    await user.type(within(dialog).getByRole('textbox'), '/tmp/weather.zip');
    await does(user.click(within(dialog).getByRole('button', { name: 'Show what is in it' })));
    expect(last(gateway, 'skills.preview')).toEqual({ path: '/tmp/weather.zip' });
    expect(gateway.count('skills.install')).toBe(0);
    within(dialog).getByText('fetch.sh');
    within(dialog).getByText('It contains a program.');
    within(dialog).getByText(/curl/);
    within(dialog).getByText(`SHA-256 ${PREVIEW.sha256}`);
    await does(user.click(within(dialog).getByRole('button', { name: 'Install' })));
    expect(last(gateway, 'skills.install')).toEqual({
      source: 'upload',
      uploadId: 'u1',
      slug: 'weather',
      sha256: PREVIEW.sha256,
    });
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('say why one cannot be installed', async () => {
    const { user } = await open([], ({ handlers }) => {
      handlers['skills.preview'] = () => {
        throw new Refusal('INVALID_REQUEST', 'There is no SKILL.md in it.');
      };
    });
    await does(user.click(screen.getByRole('button', { name: 'Install a skill' })));
    await does(user.type(screen.getByRole('textbox', { name: /^Folder/ }), 'weather@1.0.0{Enter}'));
    expect(screen.getByRole('alert').textContent).toBe('There is no SKILL.md in it.');
  });

  it('that were installed are removed only after asking', async () => {
    const { user, gateway } = await open([
      skill('weather', { source: 'clawtray-installed', bundled: false }),
    ]);
    await does(user.click(screen.getByRole('button', { name: 'Actions for weather' })));
    await does(user.click(screen.getByRole('menuitem', { name: 'Remove' })));
    expect(gateway.count('skills.remove')).toBe(0);
    await does(user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Remove' })));
    expect(last(gateway, 'skills.remove')).toEqual({ name: 'weather' });
    await happens(() => undefined);
  });
});
