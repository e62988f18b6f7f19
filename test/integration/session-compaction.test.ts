import { describe, expect, test } from 'vitest';
import { messageText } from '../../src-main/shared/protocol/chat.ts';
import { fails, modelConfig, says, startModelServer, type Reply } from '../fakes/model-server.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { createGate } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';

async function connect(replies: readonly Reply[], more: Record<string, unknown> = {}) {
  const model = await startModelServer(...replies);
  const gateway = await startGateway({ config: { ...modelConfig(model), ...more } });
  return { model, gateway, client: await connectNative(gateway) };
}

async function say(client: NativeClient, message: string): Promise<void> {
  await client.request('chat.send', { sessionKey: 'main', message, idempotencyKey: message });
  await client.runEnd(message);
}

/** Before a summary it is asked what it wants to remember. */
const SAVES_NOTHING = says('NO_REPLY');

const asked = (body: { messages: readonly { role: string; content: unknown }[] } | undefined): string =>
  JSON.stringify(body?.messages.slice(1).map(({ content }) => content));

describe('sessions.compact', () => {
  test('has the model write a summary, tells that from then on, and keeps the messages', async () => {
    const { model, gateway, client } = await connect([says('yes')]);
    for (const text of ['one', 'two', 'three', 'four']) await say(client, text);
    model.reply(SAVES_NOTHING, says('They counted to three.'), says('yes'));
    await client.request('sessions.subscribe', {});
    const answer = await client.request('sessions.compact', { key: 'main', maxLines: 2 });
    expect(answer).toMatchObject({ ok: true, key: 'agent:main:main', compacted: true });
    expect(asked(model.requests[5]?.body)).toContain('Person: three');
    expect(asked(model.requests[5]?.body)).not.toContain('Person: four');
    await client.event('sessions.changed', ({ reason }) => reason === 'compaction');
    await say(client, 'five');
    const prompt = asked(model.requests[6]?.body);
    expect(prompt).toContain('They counted to three.');
    expect(prompt).toContain('four');
    expect(prompt).not.toContain('"two"');
    const { messages } = await client.request('chat.history', { sessionKey: 'main' });
    expect(messages.map(messageText)).toContain('two');
    await gateway.stop();
    const again = await connectNative(await startGateway({ stateDir: gateway.stateDir }));
    await say(again, 'six');
    expect(asked(model.requests[7]?.body)).toContain('They counted to three.');
  });

  test('goes on from the summary before, and can be taken back', async () => {
    const { model, client } = await connect([says('yes')]);
    for (const text of ['one', 'two']) await say(client, text);
    model.reply(SAVES_NOTHING, says('First summary.'));
    await client.request('sessions.compact', { key: 'main', maxLines: 1 });
    model.reply(says('yes'));
    for (const text of ['three', 'four']) await say(client, text);
    model.reply(SAVES_NOTHING, says('Second summary.'));
    await client.request('sessions.compact', { key: 'main', maxLines: 1 });
    expect(asked(model.requests.at(-1)?.body)).toContain('First summary.');
    const { checkpoints } = await client.request('sessions.compaction.list', { key: 'main' });
    expect(checkpoints.map(({ summary }) => summary)).toEqual(['First summary.', 'Second summary.']);
    const [first] = checkpoints;
    const checkpointId = first?.checkpointId ?? '';
    await expect(
      client.request('sessions.compaction.restore', { key: 'main', checkpointId }),
    ).resolves.toMatchObject({ ok: true, checkpoint: { summary: 'First summary.' } });
    expect((await client.request('sessions.compaction.list', { key: 'main' })).checkpoints).toEqual([]);
    model.reply(says('yes'));
    await say(client, 'five');
    expect(asked(model.requests.at(-1)?.body)).toContain('"one"');
    const gone = await client.refusal('sessions.compaction.restore', { key: 'main', checkpointId });
    expect(gone.message).toContain('has no compaction');
  });

  test('does nothing where there is nothing to summarize', async () => {
    const { client } = await connect([says('yes')]);
    const nowhere = await client.request('sessions.compact', { key: 'nowhere' });
    expect(nowhere).toMatchObject({ compacted: false, reason: 'no such session' });
    await say(client, 'one');
    const short = await client.request('sessions.compact', { key: 'main' });
    expect(short).toMatchObject({ compacted: false, reason: 'nothing to compact' });
  });

  test('is refused by the built-in assistant with what to do', async () => {
    const client = await connectNative(await startGateway());
    for (const text of ['hello', 'status', 'help']) await say(client, text);
    const refused = await client.refusal('sessions.compact', { key: 'main', maxLines: 1 });
    expect(refused.message).toContain('Only a language model can summarize');
  });

  test('that fails changes nothing, and says why', async () => {
    const { model, client } = await connect([says('yes')]);
    for (const text of ['one', 'two']) await say(client, text);
    model.reply({ status: 401 });
    const refused = await client.refusal('sessions.compact', { key: 'main', maxLines: 1 });
    expect(refused.message).toContain('The conversation was not summarized: fake refused the key');
    expect((await client.request('sessions.compaction.list', { key: 'main' })).checkpoints).toEqual([]);
  });

  test('of a conversation that begins anew meanwhile is dropped', async () => {
    const { model, client } = await connect([says('yes')]);
    for (const text of ['one', 'two']) await say(client, text);
    const gate = createGate();
    model.reply(SAVES_NOTHING, { steps: [{ wait: gate.opened }, { text: 'Late.' }, { finish: 'stop' }] });
    const compacting = client.request('sessions.compact', { key: 'main', maxLines: 1 });
    await model.request(4);
    const second = await client.refusal('sessions.compact', { key: 'main', maxLines: 1 });
    expect(second.message).toContain('is being compacted already');
    await client.request('sessions.reset', { key: 'main' });
    gate.open();
    await expect(compacting).resolves.toMatchObject({ compacted: false });
  });

  test('leaves alone what is still being answered', async () => {
    const { model, client } = await connect([says('yes')]);
    for (const text of ['one', 'two']) await say(client, text);
    const gate = createGate();
    model.reply(
      { steps: [{ wait: gate.opened }, { text: 'ok' }, { finish: 'stop' }] },
      SAVES_NOTHING,
      says('Summary.'),
    );
    await client.request('chat.send', { sessionKey: 'main', message: 'open', idempotencyKey: 'open' });
    await model.request(3);
    await client.request('sessions.compact', { key: 'main', maxLines: 1 });
    expect(asked(model.requests[4]?.body)).toContain('Person: two');
    expect(asked(model.requests[4]?.body)).not.toContain('Person: open');
    gate.open();
    await client.runEnd('open');
  });
});

describe('a conversation that is too long for its model', () => {
  test('is compacted before the next answer', async () => {
    const { model, client } = await connect([says('yes')]);
    const { models } = modelConfig(model) as { models: { providers: Record<string, object> } };
    const fake = { ...models.providers['fake'], models: [{ id: 'm1', contextWindow: 400 }] };
    const gateway = await startGateway({
      config: { ...modelConfig(model), models: { providers: { fake } } },
    });
    const small = await connectNative(gateway);
    for (let n = 0; n < 9; n += 1) await say(small, `${n} ${'word '.repeat(20)}`);
    model.reply(SAVES_NOTHING, says('Nine times words.'), says('yes'));
    await say(small, 'and now?');
    const phases = small
      .events('agent')
      .flatMap((event) => (event.stream === 'compaction' ? [event.data.phase] : []));
    expect(phases.slice(0, 2)).toEqual(['start', 'end']);
    const { checkpoints } = await small.request('sessions.compaction.list', { key: 'main' });
    expect(checkpoints[0]).toMatchObject({ reason: 'auto-threshold' });
    expect(asked(model.requests.at(-1)?.body)).toContain('What was said before, in short');
    expect(client.events('agent')).toEqual([]);
  });

  test('is answered all the same when it cannot be summarized', async () => {
    const { model, client } = await connect([says('yes')], {
      agents: { defaults: { model: 'fake/m1', contextTokens: 400 } },
    });
    for (let n = 0; n < 8; n += 1) await say(client, `${n} ${'word '.repeat(14)}`);
    model.reply({ status: 401 }, { status: 401 }, says('still here'));
    await client.request('chat.send', {
      sessionKey: 'main',
      message: 'now '.repeat(100),
      idempotencyKey: 'now',
    });
    const end = await client.runEnd('now');
    expect(end.state === 'final' && end.message !== undefined ? messageText(end.message) : end.state).toBe(
      'still here',
    );
  });
});

test('a summary that is asked for is asked for again when the model stumbles', async () => {
  const { model, client } = await connect([says('yes')]);
  for (const text of ['one', 'two', 'three']) await say(client, text);
  model.reply(fails(500), SAVES_NOTHING, fails(500), says('They counted.'));
  await expect(client.request('sessions.compact', { key: 'main', maxLines: 1 })).resolves.toMatchObject({
    compacted: true,
  });
});

describe('a model that says that the conversation is too long', () => {
  const TOO_LONG: Reply = {
    status: 400,
    body: '{"error":{"message":"This model’s maximum context length is 10 tokens"}}',
  };

  test('gets a summary of its older part once, and answers', async () => {
    const { model, client } = await connect([says('yes')]);
    for (const text of ['one', 'two', 'three', 'four', 'five']) await say(client, `${text} `.repeat(40));
    model.reply(TOO_LONG, SAVES_NOTHING, says('They counted.'), says('Six it is'));
    await say(client, 'six');
    const prompt = asked(model.requests.at(-1)?.body);
    expect(prompt).toContain('They counted.');
    expect(prompt).toContain('six');
    expect(prompt).not.toContain('one one');
    const { messages } = await client.request('chat.history', { sessionKey: 'main' });
    expect(messageText(messages.at(-1)!)).toBe('Six it is');
    await client.event('agent', ({ stream }) => stream === 'compaction');
  });

  test('is told in words when the shorter one is too long as well', async () => {
    const { model, client } = await connect([says('yes')]);
    await say(client, 'one');
    const before = model.requests.length;
    model.reply(TOO_LONG);
    await client.request('chat.send', { sessionKey: 'main', message: 'two', idempotencyKey: 'k' });
    expect(await client.runEnd('k')).toMatchObject({
      state: 'error',
      errorKind: 'context_length',
      errorMessage: 'The conversation is too long for m1. Start a new one.',
    });
    expect(model.requests.length - before).toBeLessThan(5);
  });
});
