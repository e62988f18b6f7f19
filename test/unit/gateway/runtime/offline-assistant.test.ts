import { describe, expect, test } from 'vitest';
import { createOfflineAssistant } from '../../../../src-main/gateway/runtime/offline/offline-assistant.ts';
import type { PromptMessage, ToolCall } from '../../../../src-main/gateway/runtime/model.ts';

const NOW = Date.parse('2026-11-21T09:00:00Z');
const assistant = createOfflineAssistant({
  now: () => NOW,
  zone: 'UTC',
  dayHours: 24,
  configFile: '/home/a/config.json5',
});

interface Said {
  readonly text: string;
  readonly calls: readonly ToolCall[];
}

async function say(...messages: readonly PromptMessage[]): Promise<Said> {
  let text = '';
  const calls: ToolCall[] = [];
  const { signal } = new AbortController();
  for await (const event of assistant.stream({ system: '', messages, tools: [], signal })) {
    if (event.type === 'text') text += event.text;
    if (event.type === 'tool-call') calls.push(event.call);
  }
  return { text, calls };
}

const user = (text: string): PromptMessage => ({ role: 'user', text });
const result = (text: string, isError = false): PromptMessage => ({
  role: 'tool',
  callId: 'c',
  name: 't',
  text,
  isError,
});
const reminder = (text: string, id = 'j1'): object => ({
  id,
  text,
  schedule: { kind: 'at', at: '2026-11-21T09:01:00Z' },
  nextRunAtMs: NOW + 60_000,
});

describe('the built-in assistant', () => {
  test('says plainly what it is, and where a model is set up', async () => {
    const { text } = await say(user('tell me a joke'));
    expect(text).toContain('not a language model');
    expect(text).toContain('/home/a/config.json5');
  });

  test('uses the same tool for reminders as a model', async () => {
    const { calls, text } = await say(user('remind me in one minute to stretch'));
    expect(calls).toMatchObject([
      { name: 'reminder_set', args: { text: 'Stretch', at: '2026-11-21T09:01:00.000Z' } },
    ]);
    expect(text).toBe('');
  });

  test('confirms in words when the reminder is set', async () => {
    const { text } = await say(
      user('remind me in one minute to stretch'),
      result(JSON.stringify(reminder('Stretch'))),
    );
    expect(text).toBe('I’ll remind you in 1 minute, today at 09:01: **Stretch**.');
  });

  test('says what went wrong when a tool failed', async () => {
    const { text } = await say(user('remind me in one minute to stretch'), result('The disk is full.', true));
    expect(text).toBe('That didn’t work: The disk is full.');
  });

  test('looks for the reminder before it removes it, and asks back when several fit', async () => {
    const asked = user('cancel the reminder to call Ana');
    expect((await say(asked)).calls).toMatchObject([{ name: 'reminder_list' }]);
    const one = JSON.stringify([reminder('Call Ana'), reminder('Stretch', 'j2')]);
    expect((await say(asked, result(one))).calls).toMatchObject([
      { name: 'reminder_remove', args: { id: 'j1' } },
    ]);
    const two = JSON.stringify([reminder('Call Ana'), reminder('call Ana again', 'j2')]);
    expect((await say(asked, result(two))).text).toContain('Several reminders fit');
    expect((await say(asked, result('[]'))).text).toContain('I found no reminder like that');
  });

  test('hands a command on to be decided about, word for word, and only when somebody says run', async () => {
    // Whether it runs is for the policy and the person to say: integration/exec.
    expect((await say(user('run rm -rf /'))).calls).toMatchObject([
      { name: 'exec', args: { command: 'rm -rf /' } },
    ]);
    for (const text of ['rm -rf /', '$ rm -rf /', 'what does rm -rf / do?'])
      expect((await say(user(text))).calls, text).toEqual([]);
  });

  test('answers the last question, not an earlier one', async () => {
    const { text, calls } = await say(
      user('remind me in one minute to stretch'),
      { role: 'assistant', text: 'Done.', toolCalls: [] },
      user('hi'),
    );
    expect(calls).toEqual([]);
    expect(text).toMatch(/^Hello/);
  });

  test('asks when, and takes a time alone as the answer', async () => {
    const asked = await say(user('remind me to call Ana'));
    expect(asked).toMatchObject({
      calls: [],
      text: expect.stringMatching(/^When should I remind you\?/) as string,
    });
    const { calls } = await say(
      user('remind me to call Ana'),
      { role: 'assistant', text: asked.text, toolCalls: [] },
      user('tomorrow at 9, please'),
    );
    expect(calls).toMatchObject([
      { name: 'reminder_set', args: { text: 'Call Ana', at: '2026-11-22T09:00:00.000Z' } },
    ]);
  });

  test.each([
    ['remind me tomorrow at 5 to call Ana', 'at 5pm', '2026-11-22T17:00:00.000Z'],
    ['remind me on Friday at 25:00 to call Ana', '9:30', '2026-11-27T09:30:00.000Z'],
    ['remind me tomorrow at 5 to call Ana', 'on Friday at 5pm', '2026-11-27T17:00:00.000Z'],
    ['remind me at 25:00 to call Ana', 'tomorrow at 9', '2026-11-22T09:00:00.000Z'],
  ])('“%s”, “%s”: the answer keeps the day unless it names another', async (first, answer, at) => {
    const { calls } = await say(
      user(first),
      { role: 'assistant', text: 'When should I remind you?', toolCalls: [] },
      user(answer),
    );
    expect(calls).toMatchObject([{ name: 'reminder_set', args: { text: 'Call Ana', at } }]);
  });

  test('asks again when the hour is clear and the day is not', async () => {
    const { calls, text } = await say(
      user('remind me on June 31 to call Ana'),
      { role: 'assistant', text: 'When should I remind you?', toolCalls: [] },
      user('at 9am'),
    );
    expect(calls).toEqual([]);
    expect(text).toMatch(/^When should I remind you\?/);
  });

  test('says which words it could not take as a time', async () => {
    expect((await say(user('remind me at 25:00 to call Ana'))).text).toContain(
      '“at 25:00” isn’t one clear time',
    );
  });

  test('stops when it is told to', async () => {
    const abort = new AbortController();
    const stream = assistant.stream({
      system: '',
      messages: [user('help')],
      tools: [],
      signal: abort.signal,
    });
    const read = async (): Promise<void> => {
      for await (const _event of stream) abort.abort(new Error('stopped'));
    };
    await expect(read()).rejects.toThrow('stopped');
  });
});
