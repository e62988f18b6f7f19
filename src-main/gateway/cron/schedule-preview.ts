// What a schedule would do before it is saved: read from words if need be, checked, with its next runs.

import { GatewayError } from '../../shared/errors.ts';
import type { CronPreviewParams, CronPreviewResult, CronSchedule } from '../../shared/protocol/cron.ts';
import { isZone } from '../day-window.ts';
import { acceptSchedule, nextRuns } from './schedule.ts';

/** @throws GatewayError `invalid-params` when it makes no sense, or when the words name no time that is certain */
export type SchedulePreview = (params: CronPreviewParams) => Promise<CronPreviewResult>;

const DEFAULT_COUNT = 5;

export function createSchedulePreview(now: () => number, hostZone: string): SchedulePreview {
  return async ({ schedule, text, tz = hostZone, count = DEFAULT_COUNT }) => {
    if (!isZone(tz)) throw invalid(`tz ${tz} is no time zone that is known here`);
    if ((schedule === undefined) === (text === undefined)) throw invalid('Give either a schedule or a text.');
    const read = text === undefined ? undefined : await readWords(text, now(), tz);
    const wanted = read?.schedule ?? schedule;
    if (wanted === undefined) throw invalid('Give either a schedule or a text.');
    const accepted = acceptSchedule(wanted, now(), tz);
    return {
      schedule: accepted,
      // Without a job there is no stagger: times are shown as the schedule says them.
      nextRunsAtMs: nextRuns(withoutStagger(accepted), now(), '', tz, count),
      ...(read === undefined || read.rest === '' ? {} : { rest: read.rest }),
      tz,
    };
  };
}

async function readWords(
  text: string,
  now: number,
  zone: string,
): Promise<{ schedule: CronSchedule; rest: string }> {
  // The parser of dates is loaded only when somebody writes words.
  const { parseSchedulePhrase } = await import('./phrases.ts');
  const phrase = await parseSchedulePhrase(text, now, zone);
  switch (phrase.kind) {
    case 'schedule':
      return phrase;
    case 'unclear':
      throw invalid(`It is not clear when "${phrase.words}" is. ${hintFor(phrase.words)}`);
    case 'none':
      throw invalid('No time was found. Say when, for example "every weekday at 8:30".');
  }
}

const OF_WHAT = /\b(?:every|each) (?<place>third|fourth|3rd|4th) (?<weekday>[a-z]+day)\b/i;

/** What can be said instead. */
function hintFor(words: string): string {
  const { place, weekday } = OF_WHAT.exec(words)?.groups ?? {};
  if (place === undefined || weekday === undefined)
    return 'Say it in another way, for example "every Friday at 5pm".';
  const count = /^(?:third|3rd)$/i.test(place) ? 3 : 4;
  return `Say "every ${count} weeks on ${weekday}" or "the ${place} ${weekday} of every month".`;
}

function withoutStagger(schedule: CronSchedule): CronSchedule {
  return schedule.kind === 'cron' ? { ...schedule, staggerMs: 0 } : schedule;
}

function invalid(message: string): GatewayError {
  return new GatewayError('invalid-params', message, { details: { code: 'SCHEDULE_UNCLEAR' } });
}
