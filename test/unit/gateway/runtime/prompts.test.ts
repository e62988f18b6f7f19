import { describe, expect, test } from 'vitest';
import { promptMessages, systemPrompt } from '../../../../src-main/gateway/runtime/prompts.ts';
import type { ChatMessage } from '../../../../src-main/shared/protocol/chat.ts';

const user = (content: string): ChatMessage => ({ role: 'user', content, timestamp: 1 });
const assistant = (text: string): ChatMessage => ({
  role: 'assistant',
  content: [{ type: 'text', text }],
  timestamp: 1,
});
const toolCall: ChatMessage = {
  role: 'assistant',
  content: [{ type: 'toolCall', id: 'c1', name: 'memory_search', arguments: { query: 'Ana' } }],
  timestamp: 1,
};
const toolResult: ChatMessage = {
  role: 'toolResult',
  content: '[]',
  timestamp: 1,
  toolCallId: 'c1',
  toolName: 'memory_search',
};

describe('promptMessages', () => {
  test('tells the conversation in its order, tool calls and results included', () => {
    expect(promptMessages([user('Who is Ana?'), toolCall, toolResult, assistant('Nobody.')])).toEqual([
      { role: 'user', text: 'Who is Ana?' },
      {
        role: 'assistant',
        text: '',
        toolCalls: [{ id: 'c1', name: 'memory_search', args: { query: 'Ana' } }],
      },
      { role: 'tool', callId: 'c1', name: 'memory_search', text: '[]', isError: false },
      { role: 'assistant', text: 'Nobody.', toolCalls: [] },
    ]);
  });

  test('leaves out turns that said nothing', () => {
    expect(promptMessages([user('a'), { ...assistant(''), stopReason: 'error' }, user('b')])).toHaveLength(2);
  });

  test('drops the oldest messages when the conversation is too long, and keeps the newest however long it is', () => {
    const long = 'x'.repeat(30_000);
    const kept = promptMessages([user(`1 ${long}`), user(`2 ${long}`), user('3')]);
    expect(kept.map((message) => message.text.slice(0, 1))).toEqual(['2', '3']);
    expect(promptMessages([user('x'.repeat(100_000))])).toHaveLength(1);
  });

  test('never begins with the result of a call that was cut off', () => {
    const kept = promptMessages([
      { ...toolCall, content: [...(toolCall.content as []), { type: 'text', text: 'x'.repeat(50_000) }] },
      toolResult,
      user('b'),
    ]);
    expect(kept[0]?.role).toBe('user');
  });

  test('keeps the calls that were answered, and what was said with those that were not', () => {
    const call = (id: string): { type: 'toolCall'; id: string; name: string; arguments: object } => ({
      type: 'toolCall',
      id,
      name: 'memory_search',
      arguments: {},
    });
    const kept = promptMessages([
      user('a'),
      { ...toolCall, content: [{ type: 'text', text: 'I look.' }, call('c1'), call('c2')] } as ChatMessage,
      toolResult,
      user('b'),
      // This model begins to count anew with every turn.
      { ...toolCall, content: [{ type: 'text', text: 'Again.' }, call('c1')] } as ChatMessage,
      user('c'),
    ]);
    expect(kept.map((message) => [message.role, message.role === 'assistant' && message.toolCalls])).toEqual([
      ['user', false],
      ['assistant', [{ id: 'c1', name: 'memory_search', args: {} }]],
      ['tool', false],
      ['user', false],
      ['assistant', []],
      ['user', false],
    ]);
  });

  test('never tells a result whose call is missing', () => {
    expect(promptMessages([user('a'), toolResult, user('b')]).map(({ role }) => role)).toEqual([
      'user',
      'user',
    ]);
  });

  test('never tells a call whose result is missing', () => {
    // The run was stopped while the tool worked.
    const roles = promptMessages([user('a'), toolCall, user('b')]).map(({ role }) => role);
    expect(roles).not.toContain('assistant');
  });
});

describe('systemPrompt', () => {
  const plain = { name: undefined, theme: undefined, workspace: '/w', files: [], skills: [], leftOut: 0 };
  const at = { now: Date.parse('2026-11-21T09:00:00Z'), zone: 'Asia/Tokyo' };

  test('says what time it is for the person', () => {
    const prompt = systemPrompt({ ...at, agent: plain });
    expect(prompt).toContain('Saturday');
    expect(prompt).toContain('18:00');
    expect(prompt).toContain('Asia/Tokyo');
    expect(prompt).not.toContain('Your own files');
  });

  test('says who the agent is and what its files tell it, before what a program adds', () => {
    const files = [{ name: 'SOUL.md', text: 'Be kind.' }];
    const prompt = systemPrompt({
      ...at,
      agent: { ...plain, name: 'Mia', theme: 'dry wit', files },
      extra: 'Speak German.',
    });
    expect(prompt).toContain('You are Mia, an assistant of Clawtray');
    expect(prompt).toContain('Your manner: dry wit.');
    expect(prompt).toMatch(/in \/w\..*\n\n## SOUL\.md\n\nBe kind\.\n[^]*Speak German\.$/);
  });
});
