import { describe, expect, test } from 'vitest';
import {
  createBrowserSessions,
  type BrowserSessions,
} from '../../../../src-main/gateway/http/browser-sessions.ts';
import { DAY } from '../../../../src-main/shared/time.ts';
import { FakeClock } from '../../../fakes/fake-clock.ts';

const withCookie = (cookie: string) => ({ headers: { cookie } });

function start(secure = false): {
  clock: FakeClock;
  sessions: BrowserSessions;
  signIn: () => ReturnType<typeof withCookie>;
} {
  const clock = new FakeClock();
  const sessions = createBrowserSessions({ clock, port: () => 18789, secure });
  return { clock, sessions, signIn: () => withCookie(sessions.begin().split(';')[0] ?? '') };
}

describe('a session of a browser', () => {
  test('lasts seven days, then it and what depends on it end', async () => {
    const { clock, sessions, signIn } = start();
    const request = signIn();
    const { ended } = sessions.find(request)!;
    await clock.advance(7 * DAY - 1);
    expect([sessions.find(request) === undefined, ended.aborted]).toEqual([false, false]);
    await clock.advance(1);
    expect([sessions.find(request) === undefined, ended.aborted]).toEqual([true, true]);
  });

  test('costs one timer, however many there are, and none once they are over', async () => {
    const { clock, signIn } = start();
    for (let count = 0; count < 5; count += 1) signIn();
    expect(clock.pending).toBe(1);
    await clock.advance(7 * DAY);
    expect(clock.pending).toBe(0);
  });

  test('that began later lasts longer', async () => {
    const { clock, sessions, signIn } = start();
    const first = signIn();
    await clock.advance(DAY);
    const second = signIn();
    await clock.advance(6 * DAY);
    expect([sessions.find(first) === undefined, sessions.find(second) === undefined]).toEqual([true, false]);
    await clock.advance(DAY);
    expect(sessions.find(second)).toBeUndefined();
  });

  test('is known by its cookie alone', () => {
    const { sessions, signIn } = start();
    const request = signIn();
    const value = request.headers.cookie;
    expect(sessions.find(withCookie(`a=b; ${value}`))).toBeDefined();
    for (const wrong of ['', value.slice(0, -1), `x${value}`, value.replace('18789', '18790')]) {
      expect(sessions.find(withCookie(wrong)), wrong).toBeUndefined();
    }
    expect(sessions.find({ headers: {} })).toBeUndefined();
  });

  test('ends when it is signed out, once', () => {
    const { sessions, signIn } = start();
    const request = signIn();
    const { ended } = sessions.find(request)!;
    expect(sessions.end(request)).toContain('Max-Age=0');
    expect(ended.aborted).toBe(true);
    expect(sessions.find(request)).toBeUndefined();
    expect(sessions.end(request)).toContain('Max-Age=0');
  });
});
