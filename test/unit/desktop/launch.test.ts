import { describe, expect, it } from 'vitest';
import { readAppLink } from '../../../src-main/desktop/launch/app-link.ts';
import { launchRequest } from '../../../src-main/desktop/launch/launch-request.ts';
import { createLinkThrottle } from '../../../src-main/desktop/launch/link-throttle.ts';
import { FakeClock } from '../../fakes/fake-clock.ts';

describe('what a start of the program asks for', () => {
  it.each([
    [['/opt/Clawtray/clawtray'], { kind: 'open' }],
    [['electron', '.', '--hidden'], { kind: 'hidden' }],
    [['clawtray', '--quick-chat'], { kind: 'quick-chat' }],
    [['clawtray', '--quit'], { kind: 'quit' }],
    [['clawtray', 'clawtray://inbox'], { kind: 'link', address: 'clawtray://inbox' }],
    [['clawtray', 'CLAWTRAY://inbox'], { kind: 'link', address: 'CLAWTRAY://inbox' }],
  ])('%j', (argv, request) => {
    expect(launchRequest(argv)).toEqual(request);
  });

  it('takes nothing else from a command line that has an address in it', () => {
    expect(launchRequest(['clawtray', '--quit', 'clawtray://chat?message=hi'])).toEqual({
      kind: 'link',
      address: 'clawtray://chat?message=hi',
    });
  });
});

function targetOf(address: string): unknown {
  const link = readAppLink(address);
  return link.ok ? link.target : link.reason;
}

describe('an address of ours', () => {
  it('leads to places', () => {
    expect(readAppLink('clawtray://')).toEqual({ ok: true, target: undefined });
    expect(targetOf('clawtray://inbox')).toEqual({ view: 'inbox' });
    expect(targetOf('clawtray://settings/')).toEqual({ view: 'settings' });
    expect(targetOf('clawtray://session/agent%3Amain%3Awork')).toEqual({
      view: 'chat',
      sessionKey: 'agent:main:work',
    });
    expect(targetOf('clawtray://approval/8a-1.b')).toEqual({ view: 'approvals', id: '8a-1.b' });
    expect(targetOf('clawtray://automation/job_1')).toEqual({ view: 'automations', id: 'job_1' });
  });

  it('offers a draft and never more than that', () => {
    expect(targetOf('clawtray://chat?message=buy%20milk%0D%0Aand+tea&send=1&confirm=no')).toEqual({
      view: 'draft',
      message: 'buy milk\nand tea',
    });
    expect(targetOf('clawtray://chat?message=hi&session=main')).toEqual({
      view: 'draft',
      message: 'hi',
      sessionKey: 'agent:main:main',
    });
    expect(targetOf('clawtray://chat?session=main')).toEqual({ view: 'chat', sessionKey: 'agent:main:main' });
    expect(targetOf('clawtray://chat?message=%20')).toBeUndefined();
  });

  it('shows what it says: nothing in it is hidden or turned around', () => {
    const text = encodeURIComponent('a\u0000b\u001b[31mc\u202egnp.exe\u200b\u{e0041}d\u200de');
    expect(targetOf(`clawtray://chat?message=${text}`)).toEqual({
      view: 'draft',
      message: 'ab[31mcgnp.exed\u200de',
    });
  });

  it.each([
    'clawtray:inbox',
    'clawtray://nowhere',
    'clawtray://inbox/1',
    'clawtray://user:secret@inbox',
    'clawtray://inbox:80',
    'clawtray://inbox#x',
    'clawtray://session',
    'clawtray://session/a/b',
    'clawtray://session/%E0%A4%A',
    `clawtray://session/${'a'.repeat(600)}`,
    'clawtray://session/a%0Ab',
    'clawtray://approval',
    'clawtray://approval/..%2F..',
    'clawtray://approval/%3Cscript%3E',
    `clawtray://automation/${'a'.repeat(201)}`,
    'clawtray://chat/exec',
    `clawtray://chat?message=${'a'.repeat(20_001)}`,
    `clawtray://chat?message=${'a'.repeat(300_000)}`,
    'clawtray://exec?command=rm',
    'https://clawtray/inbox',
    'not an address',
  ])('that makes no sense is refused: %.60s', (address) => {
    expect(readAppLink(address)).toMatchObject({ ok: false });
  });

  it('that is refused is not repeated: the log may be shown to others', () => {
    const link = readAppLink('clawtray://my-password-is-hunter2');
    expect(JSON.stringify(link)).not.toContain('hunter2');
  });

  it('is followed once a second at most', async () => {
    const clock = new FakeClock(10_000);
    const throttle = createLinkThrottle(clock);
    expect([throttle.admit(), throttle.admit()]).toEqual([true, false]);
    await clock.advance(1_000);
    expect(throttle.admit()).toBe(true);
  });
});
