import { describe, expect, test } from 'vitest';
import { parseIntent, type Intent } from '../../../../src-main/gateway/runtime/offline/intents.ts';

const NOW = Date.parse('2026-11-21T09:00:00Z');
const intent = (sentence: string): Promise<Intent> => parseIntent(sentence, NOW, 'UTC');

describe('what a person asks for', () => {
  test.each([
    ['show my reminders', { kind: 'list-reminders' }],
    ['What are my reminders?', { kind: 'list-reminders' }],
    ['list jobs', { kind: 'list-reminders' }],
    ['what is scheduled?', { kind: 'list-reminders' }],
    ['reminders', { kind: 'list-reminders' }],
    ['cancel the reminder to call Ana', { kind: 'remove-reminder', text: 'call Ana' }],
    ['delete my reminder about the dentist', { kind: 'remove-reminder', text: 'the dentist' }],
    ['remember that Ana’s birthday is 3 May', { kind: 'remember', text: 'Ana’s birthday is 3 May' }],
    ['please remember: the code is 1234', { kind: 'remember', text: 'the code is 1234' }],
    ['what do you know about Ana?', { kind: 'recall', query: 'Ana' }],
    ['What do you remember about the wine cellar', { kind: 'recall', query: 'the wine cellar' }],
    ['what do you remember about the job interview?', { kind: 'recall', query: 'the job interview' }],
    ['status', { kind: 'status' }],
    ['Gateway status?', { kind: 'status' }],
    ['run df -h', { kind: 'run-command', command: 'df -h' }],
    ['hi', { kind: 'greeting' }],
    ['Good morning!', { kind: 'greeting' }],
    ['help', { kind: 'help' }],
    ['what can you do?', { kind: 'help' }],
    ['who are you', { kind: 'help' }],
  ] as const)('%s', async (sentence, expected) => {
    expect(await intent(sentence)).toEqual(expected);
  });

  test('surrounding space does not matter', async () => {
    expect(await intent('  \n status \t')).toEqual({ kind: 'status' });
  });
});

describe('what it does not understand', () => {
  test.each([
    '',
    'asdf qwer',
    '🙂',
    '12345',
    'tell me a joke',
    'what’s the weather tomorrow at 9',
    'remindme in 5 minutes',
    'reminder',
    'remember',
    'run',
    'running late',
    'statuses',
    'hijack',
    'I will be there at 9 tomorrow',
    'x'.repeat(100_000),
  ])('%.40s', async (sentence) => {
    expect(await intent(sentence)).toEqual({ kind: 'unknown' });
  });
});
