import { describe, expect, it } from 'vitest';
import { createUpdates, type UpdateSource } from '../../../src-main/desktop/updates/updates.ts';
import type { UpdateSettings } from '../../../src-main/desktop/settings.ts';
import { silentLogger } from '../../../src-main/shared/logger.ts';
import type { UpdateAvailable } from '../../../src-main/shared/protocol/events.ts';
import { FakeClock } from '../../fakes/fake-clock.ts';

function open(source: Partial<UpdateSource> | undefined, enabled = true) {
  const clock = new FakeClock();
  const announced: (UpdateAvailable | null)[] = [];
  const installed: string[] = [];
  let saved: UpdateSettings = { enabled, channel: 'stable' };
  const updates = createUpdates({
    source:
      source === undefined
        ? undefined
        : {
            check: async () => undefined,
            download: async () => undefined,
            install: () => installed.push('now'),
            ...source,
          },
    currentVersion: '1.0.0',
    settings: {
      updates: () => saved,
      saveUpdates: (next) => {
        saved = next;
      },
    },
    clock,
    random: () => 0.5,
    onChange: () => undefined,
    announce: (update) => announced.push(update),
    log: silentLogger,
  });
  return { clock, announced, installed, updates };
}

describe('newer versions', () => {
  it('are looked for by itself, told to everybody once, and never installed by itself', async () => {
    let checks = 0;
    const { clock, announced, installed, updates } = open({
      check: async () => {
        checks += 1;
        return '2.0.0';
      },
    });
    await clock.advance(29_000);
    expect(checks).toBe(0);
    await clock.advance(1_000);
    expect(updates.state()).toMatchObject({ supported: true, stage: 'available', version: '2.0.0' });
    await clock.advance(6 * 3_600_000);
    expect(checks).toBe(2);
    expect(announced).toEqual([{ currentVersion: '1.0.0', latestVersion: '2.0.0', channel: 'stable' }]);

    expect(await updates.download()).toMatchObject({ stage: 'ready', version: '2.0.0' });
    await clock.advance(24 * 3_600_000);
    expect(checks).toBe(2);
    expect(installed).toEqual([]);
    updates.install();
    expect(installed).toEqual(['now']);
  });

  it('are not looked for when that is switched off, but on request', async () => {
    let checks = 0;
    const { clock, updates } = open(
      {
        check: async () => {
          checks += 1;
          return undefined;
        },
      },
      false,
    );
    await clock.advance(24 * 3_600_000);
    expect([checks, clock.pending]).toEqual([0, 0]);
    expect(await updates.check()).toMatchObject({ stage: 'newest' });
    updates.choose({ enabled: true, channel: 'stable' });
    await clock.advance(1_000);
    expect(checks).toBe(2);
    updates.choose({ enabled: false, channel: 'stable' });
    expect(clock.pending).toBe(0);
  });

  it('that cannot be looked for or fetched say why, in one line, and can be tried again', async () => {
    let broken = true;
    const { updates, installed } = open({
      check: async () => {
        if (broken) throw new Error(`net::ERR_NAME_NOT_RESOLVED\nHeaders: ${'x'.repeat(1_000)}`);
        return '2.0.0';
      },
      download: async () => {
        throw new Error('sha512 checksum mismatch');
      },
    });
    expect(await updates.check()).toMatchObject({ stage: 'failed', problem: 'net::ERR_NAME_NOT_RESOLVED' });
    broken = false;
    expect(await updates.check()).toMatchObject({ stage: 'available' });
    expect(await updates.download()).toMatchObject({
      stage: 'failed',
      version: '2.0.0',
      problem: 'sha512 checksum mismatch',
    });
    updates.install();
    expect(installed).toEqual([]);
  });

  it('of another channel are asked for anew, and clients are told that there is none any more', async () => {
    const asked: string[] = [];
    const { announced, updates } = open({
      check: async (channel) => {
        asked.push(channel);
        return channel === 'beta' ? '3.0.0-beta.1' : undefined;
      },
    });
    updates.choose({ enabled: true, channel: 'beta' });
    await updates.check();
    updates.choose({ enabled: true, channel: 'stable' });
    expect(announced).toEqual([
      { currentVersion: '1.0.0', latestVersion: '3.0.0-beta.1', channel: 'beta' },
      null,
    ]);
    await updates.check();
    expect(asked).toEqual(['beta', 'stable']);
  });

  it('have nowhere to come from in a copy that was made without a place', async () => {
    const { clock, updates } = open(undefined);
    expect(updates.state().supported).toBe(false);
    expect(await updates.check()).toMatchObject({ supported: false, stage: 'idle' });
    expect(clock.pending).toBe(0);
  });
});
