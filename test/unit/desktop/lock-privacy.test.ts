import { beforeEach, describe, expect, test } from 'vitest';
import { createLockPrivacy, type LockPrivacy } from '../../../src-main/desktop/notifications/lock-privacy.ts';
import type { OsNotification } from '../../../src-main/desktop/notifications/os-notifier.ts';

/** What is on the screen, by id. */
let screen: Map<string, OsNotification>;
let shown: number;
let full: boolean;
let opened: string[];
let privacy: LockPrivacy;

beforeEach(() => {
  screen = new Map();
  shown = 0;
  full = false;
  opened = [];
  privacy = createLockPrivacy({
    locked: false,
    showsAll: () => full,
    openInbox: () => opened.push('inbox'),
    notifier: {
      capabilities: () => Promise.resolve({ buttons: true, reply: true }),
      onLateActivation: () => undefined,
      show: (notification) => {
        screen.set(notification.id, notification);
        shown += 1;
        return Promise.resolve({ status: 'delivered' });
      },
      close: (id) => {
        screen.delete(id);
      },
      stop: () => undefined,
    },
  });
});

const notice = (id: string, persistent = false): OsNotification => ({
  id,
  title: `Title ${id}`,
  body: `Secret ${id}`,
  persistent,
  onClick: () => opened.push(id),
  buttons: [{ id: 'done', label: 'Done' }],
  onButton: (button) => opened.push(`${id} ${button}`),
  reply: { placeholder: 'Answer' },
  onReply: (text) => opened.push(`${id} ${text}`),
});

const words = (): string => JSON.stringify([...screen.values()]);

describe('while the screen is locked', () => {
  test('what comes says only that something waits, and offers no answers', async () => {
    privacy.lockChanged(true);
    await privacy.show(notice('a'));
    expect(screen.get('a')).toMatchObject({ title: 'Clawtray', body: 'A notification is waiting.' });
    expect(words()).not.toMatch(/Secret|Title|Done|Answer/);
    privacy.lockChanged(false);
    expect(screen.get('a')).toMatchObject({ title: 'Title a', body: 'Secret a' });
    screen.get('a')!.onButton!('done');
    expect(opened).toEqual(['a done']);
  });

  test('what was there before is covered, and comes back', async () => {
    await privacy.show(notice('a', true));
    privacy.lockChanged(true);
    expect(words()).not.toContain('Secret');
    privacy.lockChanged(false);
    expect(screen.get('a')).toMatchObject({ body: 'Secret a', buttons: [{ id: 'done' }] });
  });

  test('what was closed or answered does not come back', async () => {
    await privacy.show(notice('a'));
    await privacy.show(notice('b'));
    await privacy.show(notice('c'));
    screen.get('a')!.onClose!();
    screen.delete('a');
    screen.get('b')!.onButton!('done');
    screen.delete('b');
    privacy.lockChanged(true);
    screen.get('c')!.onClick();
    screen.delete('c');
    privacy.lockChanged(false);
    expect([...screen.keys()]).toEqual([]);
    expect(opened).toEqual(['b done', 'c']);
  });

  test('much that comes is one when it is unlocked, and what asks for something stays', async () => {
    privacy.lockChanged(true);
    for (const id of ['a', 'b', 'c', 'd']) await privacy.show(notice(id));
    await privacy.show(notice('pill', true));
    shown = 0;
    privacy.lockChanged(false);
    expect(shown).toBe(2);
    expect([...screen.keys()].toSorted()).toEqual(['pill', 'unlocked']);
    expect(screen.get('unlocked')).toMatchObject({
      title: '4 notifications',
      body: 'They came while the screen was locked.',
    });
    screen.get('unlocked')!.onClick();
    expect(opened).toEqual(['inbox']);
  });

  test('all of it shows when the person wants that', async () => {
    full = true;
    await privacy.show(notice('a'));
    privacy.lockChanged(true);
    await privacy.show(notice('b'));
    expect(words()).toContain('Secret a');
    expect(words()).toContain('Secret b');
    expect(shown).toBe(2);
  });

  test('what is replaced or closed stays covered or away', async () => {
    privacy.lockChanged(true);
    await privacy.show(notice('a'));
    await privacy.show({ ...notice('a'), body: 'Secret new' });
    expect(words()).not.toContain('Secret');
    await privacy.show(notice('b'));
    privacy.close('b');
    privacy.lockChanged(false);
    expect([...screen.keys()]).toEqual(['a']);
    expect(screen.get('a')!.body).toBe('Secret new');
  });
});

test('the same state told twice changes nothing', async () => {
  await privacy.show(notice('a'));
  privacy.lockChanged(false);
  privacy.lockChanged(true);
  privacy.lockChanged(true);
  expect(shown).toBe(2);
});
