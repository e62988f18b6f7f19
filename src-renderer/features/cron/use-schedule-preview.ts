// What a schedule means and when it would run, asked while it is written: of words like "every weekday at 8:30", and of the
// other forms for their next runs.

import { useEffect, useState } from 'react';
import { RequestError } from '../../../src-main/client/client-error.ts';
import type { CronPreviewResult, CronSchedule } from '../../../src-main/shared/protocol/cron.ts';
import { useActions } from '../../app/client-context.tsx';

export type PreviewAsk = { readonly text: string } | { readonly schedule: CronSchedule };

export type SchedulePreview =
  | { readonly state: 'none' | 'asking' }
  | { readonly state: 'known'; readonly result: CronPreviewResult }
  /** In words for the person. */
  | { readonly state: 'unclear'; readonly problem: string };

const ASK_AFTER = 250;

/** @param ask `undefined` while there is nothing to ask, and where the gateway cannot be asked */
export function useSchedulePreview(ask: PreviewAsk | undefined, unreachable: string): SchedulePreview {
  const actions = useActions();
  const [answer, setAnswer] = useState<{ readonly asked: string; readonly preview: SchedulePreview }>();
  const asked = ask === undefined ? '' : JSON.stringify(ask);

  useEffect(() => {
    if (asked === '') return;
    let current = true;
    const keep = (preview: SchedulePreview): void => {
      if (current) setAnswer({ asked, preview });
    };
    const timer = window.setTimeout(() => {
      actions.cron.preview(JSON.parse(asked) as PreviewAsk).then(
        (result) => {
          keep({ state: 'known', result });
        },
        (error: unknown) => {
          keep({ state: 'unclear', problem: error instanceof RequestError ? error.message : unreachable });
        },
      );
    }, ASK_AFTER);
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [asked, unreachable, actions]);

  if (asked === '') return { state: 'none' };
  return answer?.asked === asked ? answer.preview : { state: 'asking' };
}
