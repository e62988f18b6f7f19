// Something that the person asked for and that takes a moment: whether it is under way, and why it did not work.

import { useCallback, useState } from 'react';
import { errorText } from '../../src-main/shared/logger.ts';

export interface Work {
  readonly busy: boolean;
  /** In words; of the last attempt. */
  readonly problem: string | undefined;
  /** Does one thing at a time; true when it was done. */
  readonly run: (task: () => Promise<unknown>) => Promise<boolean>;
  /** The person is about to try something else. */
  readonly forget: () => void;
}

export function useWork(): Work {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const run = useCallback(async (task: () => Promise<unknown>) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await task();
      return true;
    } catch (error) {
      setProblem(errorText(error));
      return false;
    } finally {
      setBusy(false);
    }
  }, []);
  const forget = useCallback(() => {
    setProblem(undefined);
  }, []);
  return { busy, problem, run, forget };
}
