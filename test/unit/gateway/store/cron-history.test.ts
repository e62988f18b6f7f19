import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../../../src-main/gateway/store/open-store.ts';
import { createCronHistory } from '../../../../src-main/gateway/store/repositories/cron-history.ts';
import { temporaryFolder } from '../../../fakes/temporary.ts';

test('of jobs that are removed the newest 2000 runs are kept, of others all', async () => {
  const store = openStore(temporaryFolder());
  onTestFinished(() => {
    store.close();
  });
  const history = createCronHistory(store);
  const add = (runId: string, jobId: string, at: number): void => {
    const slot = { slotAt: at, slotUntil: at, attempt: 1, scheduled: true, startedAt: at };
    history.begin({ runId, jobId, jobName: jobId, sessionKey: 'agent:main:main', ...slot });
    history.end({ runId, jobId }, { status: 'ok', endedAt: at });
  };
  await store.write(() => {
    add('stays', 'there', 0);
    for (let n = 1; n <= 2_003; n += 1) {
      add(`run ${n}`, `job ${n}`, n);
      history.leave(`job ${n}`, n);
    }
  });
  const { entries, total } = history.list({ limit: 2, offset: 0, ascending: true });
  expect(total).toBe(2_001);
  expect(entries.map(({ runId }) => runId)).toEqual(['stays', 'run 4']);
});
