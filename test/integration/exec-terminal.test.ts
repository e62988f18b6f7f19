import { describe, expect, test } from 'vitest';
import { createPlainText } from '../../src-main/gateway/exec/terminal.ts';
import { connectNative } from '../fakes/native-client.ts';
import { startToolCaller, type ToolCaller } from '../fakes/tool-caller.ts';

async function open(): Promise<ToolCaller> {
  const caller = await startToolCaller();
  const admin = await connectNative(caller.gateway);
  await admin.request('exec.approvals.set', {
    file: { version: 1, defaults: { security: 'full', ask: 'off' } },
  });
  await admin.close();
  return caller;
}

describe('a command in a terminal', () => {
  test('has one, and without it has none', async () => {
    const caller = await open();
    const command = 'test -t 0 && test -t 1 && echo yes || echo no';
    expect((await caller.call('exec', { command })).text).toBe('no');
    expect((await caller.call('exec', { command, pty: true })).text).toBe('yes');
  });

  test('draws nothing into the answer, ends its input, and says how it ended', async () => {
    const caller = await open();
    const { text } = await caller.call('exec', {
      command: "printf '\\033[31mred\\033[0m\\033]0;title\\007 \\033[2J done\\n'; cat; echo over",
      pty: true,
    });
    expect(text).toBe('red  done\nover');
    await expect(caller.call('exec', { command: 'exit 3', pty: true })).resolves.toEqual({
      text: 'Exit code 3.',
      isError: true,
    });
    await expect(
      caller.call('exec', { command: 'sleep 600', pty: true, timeout: 0.2 }),
    ).resolves.toMatchObject({ text: expect.stringContaining('took too long') as string, isError: true });
  });

  test('that prints without end is bounded', async () => {
    const caller = await open();
    const { text } = await caller.call('exec', {
      command: 'head -c 3000000 /dev/zero | tr "\\0" x',
      pty: true,
    });
    expect(text.length).toBeLessThan(70_000);
    expect(text).toMatch(/characters left out/);
  });

  test('in the background is written to, resized within limits, and ended', async () => {
    const caller = await open();
    const begun = await caller.call('exec', {
      command: 'while read line; do echo "got $line"; stty size; done',
      background: true,
      pty: true,
    });
    const id = / as (\w+)\./.exec(begun.text)?.[1] ?? '';
    const say = async (input: string, until: RegExp): Promise<string> => {
      await caller.call('process', { action: 'write', id, input });
      let all = '';
      while (!until.test(all)) all += (await caller.call('process', { action: 'poll', id, wait: 5 })).text;
      return all;
    };
    expect(await say('one\r', /40 120/)).toContain('got one');
    await caller.call('process', { action: 'resize', id, columns: 80, rows: 24 });
    expect(await say('two\r', /24 80/)).toContain('got two');
    await caller.call('process', { action: 'resize', id, columns: 100_000, rows: 1 });
    await say('three\r', /5 500/);
    await expect(caller.call('process', { action: 'kill', id })).resolves.toMatchObject({ text: 'Ended.' });
    await expect(
      caller.call('process', { action: 'resize', id, columns: 80, rows: 24 }),
    ).resolves.toMatchObject({ isError: true });
  });

  test('is text, however its sequences are cut', () => {
    const drawn =
      'a\x1b[1;31mb\x1b]8;;https://example.com\x1b\\link\x1b]8;;\x07\r\nc\rd\x1b(B\x9b2Je\x08\x00';
    for (let size = 1; size <= drawn.length; size += 1) {
      const plain = createPlainText();
      let text = '';
      for (let at = 0; at < drawn.length; at += size) text += plain.add(drawn.slice(at, at + size));
      expect(text + plain.rest(), `in pieces of ${size}`).toBe('ablink\nc\nde');
    }
    // One that never ends swallows nothing for ever.
    const endless = createPlainText();
    endless.add(`\x1b]0;${'x'.repeat(5_000)}`);
    expect(endless.add('seen')).toContain('seen');
  });
});
