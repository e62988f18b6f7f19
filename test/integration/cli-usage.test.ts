import { expect, test } from 'vitest';
import { useCli } from '../fakes/cli-process.ts';
import { modelConfig, says, startModelServer } from '../fakes/model-server.ts';
import { connectNative } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';

const cli = useCli();

test('clawtray usage shows days and models, and what is not known', async () => {
  const gateway = await startGateway({ config: modelConfig(await startModelServer(says('Hi'))) });
  const before = cli(gateway.stateDir, 'usage', '--days', '1');
  expect(await before.exited, before.problems()).toBe(0);
  expect(before.output()).toMatch(/^No model was asked from \d{4}-\d{2}-\d{2}\.\n$/);
  const client = await connectNative(gateway);
  const { runId } = await client.request('chat.send', {
    sessionKey: 'main',
    message: 'x',
    idempotencyKey: 'k',
  });
  await client.runEnd(runId);
  const shown = cli(gateway.stateDir, 'usage');
  expect(await shown.exited).toBe(0);
  expect(shown.output()).toMatch(
    /^DAY +INPUT +CACHED +OUTPUT +COST\n\d{4}-\d{2}-\d{2} +7 +0 +5 +unknown\nall +7 +0 +5 +unknown\n/,
  );
  expect(shown.output()).toMatch(/^fake\/m1 +7 +0 +5 +unknown$/m);
  expect(shown.output()).toContain('The price of 1 call is not known.');
  const json = cli(gateway.stateDir, 'usage', '--json');
  expect(await json.exited).toBe(0);
  expect(JSON.parse(json.output())).toMatchObject({ totals: { input: 7 } });
  const wrong = cli(gateway.stateDir, 'usage', '--days', '0');
  expect(await wrong.exited).toBe(2);
});
