// The account of a run that is over: what is stored about it and its job, when the job runs next, and whether failures are
// told. Everything here happens inside one `store.write`; what is to be announced after the commit is handed back.

import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../shared/time.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import type { CronRunDetails } from '../store/repositories/cron-history.ts';
import type { CronFacts, CronRepository, StoredJob } from '../store/repositories/cron.ts';
import { alertRule, failureTargets, resultTargets, type Target } from './job-delivery.ts';
import { afterFailure, MAX_FAILURES } from './job-plan.ts';
import type { Claim, Outcome } from './job-runs.ts';
import { sessionOf } from './job-session.ts';
import type { Teller } from './job-teller.ts';

type Announce = () => void;

export interface JobAccount {
  /**
   * Ends the run, and the job too when its last run went well.
   * @param title of what is told when it failed
   */
  end(claim: Claim, outcome: Outcome, details: CronRunDetails, title?: string): Announce;
  /** The job's times cannot be computed: it is disabled, and its owner told. */
  scheduleBroken(stored: StoredJob, why: string): Announce;
}

/** Keys of notices that a later one replaces. */
export const missedKey = (jobId: string): string => `cron-missed:${jobId}`;
const failureKey = (jobId: string): string => `cron-failure:${jobId}`;

export function createJobAccount(deps: {
  readonly repository: CronRepository;
  readonly notifications: NotificationService;
  readonly tell: Teller;
  readonly clock: Clock;
}): JobAccount {
  const { repository, notifications, tell, clock } = deps;

  function end(claim: Claim, outcome: Outcome, details: CronRunDetails, title?: string): Announce {
    const { job, run } = claim;
    const endedAt = clock.now();
    const ended = { ...outcome, endedAt, details };
    const stored = repository.stored(job.id);
    if (stored === undefined) {
      repository.finish(run, ended, 0);
      return () => undefined;
    }
    // With a schedule that came during the run it has runs before it, even if it is disabled for now.
    const sameSchedule = isDeepStrictEqual(stored.job.schedule, job.schedule);
    const before = stored.job.state.consecutiveErrors ?? 0;
    if (outcome.status === 'ok') {
      repository.finish(run, ended, 0);
      const announce = recovered(claim, stored, details);
      if (claim.isLast && sameSchedule) {
        if (stored.job.deleteAfterRun === true) repository.remove(job.id, endedAt);
        else repository.disable(job.id, endedAt);
      }
      return announce;
    }
    const follows =
      run.scheduled && sameSchedule && stored.job.enabled
        ? afterFailure(run, stored.plan, before + 1, outcome.passing === true, endedAt)
        : undefined;
    const failures = follows?.retries === true ? before : before + 1;
    repository.finish(run, ended, failures);
    const facts = withDelivery(stored.facts, outcome, details);
    repository.setFacts(job.id, facts);
    if (follows?.retries === true) {
      repository.plan(job.id, follows.plan);
      return () => undefined;
    }
    if (follows !== undefined && failures >= MAX_FAILURES) {
      const reason = 'consecutive-failures';
      return disabled({ ...stored, facts }, reason, failures, outcome.error ?? 'It failed.');
    }
    if (follows !== undefined) {
      if (follows.plan === undefined) repository.disable(job.id, endedAt);
      else repository.plan(job.id, follows.plan);
    }
    return failed(claim, { ...stored, facts }, outcome, failures, title ?? `${job.name} did not work`);
  }

  /** The first of several failures is told, then the same notice says how many, and is told again after a while. */
  function failed(
    claim: Claim,
    { job, facts }: StoredJob,
    outcome: Outcome,
    failures: number,
    title: string,
  ): Announce {
    const rule = alertRule(job);
    if (rule === undefined || failures < rule.after) return () => undefined;
    const now = clock.now();
    const quiet = facts.alertedAt !== undefined && Math.abs(now - facts.alertedAt) < rule.cooldownMs;
    if (!quiet) repository.setFacts(job.id, { ...facts, alertedAt: now });
    const said = outcome.error ?? 'It failed.';
    const news = {
      job,
      runId: claim.run.runId,
      sessionKey: claim.sessionKey,
      kind: 'alert',
      title,
      body: failures > 1 ? `${said} (${failures} times in a row)` : said,
      facts: factsOf(claim, outcome),
      purpose: 'alert',
      key: failureKey(job.id),
    } as const;
    return tell(news, [{ kind: 'inbox', quiet }, ...(quiet ? [] : failureTargets(job))]).announce;
  }

  /** Inside the account of a run that went well: the failures before it are over. */
  function recovered(claim: Claim, { job, facts }: StoredJob, details: CronRunDetails): Announce {
    const { alertedAt, lastErrorReason: _over, consecutiveSkipped: _seen, ...rest } = facts;
    repository.setFacts(job.id, withDelivery(rest, { status: 'ok' }, details));
    if (alertedAt === undefined) return () => undefined;
    const resolved = notifications.resolveKey(failureKey(job.id));
    // A result that is announced shows by itself that it works.
    const shown = resultTargets(claim.job).some((target: Target) => target.kind === 'inbox' && !target.quiet);
    const told = tell(
      {
        job,
        runId: claim.run.runId,
        sessionKey: claim.sessionKey,
        kind: 'job',
        title: `${job.name} works again`,
        body: '',
        facts: { ...factsOf(claim, { status: 'ok' }), recovered: true },
        purpose: 'alert',
      },
      [...(shown ? [] : [{ kind: 'inbox', quiet: false } as const]), ...failureTargets(job)],
    );
    return () => {
      notifications.announceResolved(resolved);
      told.announce();
    };
  }

  function disabled(
    { job, facts }: StoredJob,
    reason: 'consecutive-failures' | 'schedule-errors',
    failures: number,
    why: string,
  ): Announce {
    const now = clock.now();
    repository.disable(job.id, now);
    const autoDisabled = { reason, atMs: now, consecutiveErrors: failures };
    repository.setFacts(job.id, { ...facts, autoDisabled, alertedAt: now });
    const news = {
      job,
      runId: '',
      sessionKey: sessionOf(job),
      kind: 'alert',
      title: `${job.name} was switched off`,
      body: failures > 1 ? `It failed ${failures} times in a row. The last time: ${why}` : why,
      facts: { action: 'auto-disabled', jobId: job.id, jobName: job.name, reason, error: why },
      purpose: 'alert',
      key: failureKey(job.id),
    } as const;
    return tell(news, [{ kind: 'inbox', quiet: false }, ...failureTargets(job)]).announce;
  }

  return { end, scheduleBroken: (stored, why) => disabled(stored, 'schedule-errors', 1, why) };
}

/** What webhooks are told about a run. */
export function factsOf({ job, run, sessionKey }: Claim, { status, summary, error }: Outcome): object {
  return {
    action: 'finished',
    jobId: job.id,
    jobName: job.name,
    runId: run.runId,
    runAtMs: run.startedAt,
    slotAtMs: run.slotAt,
    status,
    sessionKey,
    ...(summary === undefined ? {} : { summary }),
    ...(error === undefined ? {} : { error }),
  };
}

function withDelivery(facts: CronFacts, outcome: Outcome, details: CronRunDetails): CronFacts {
  const { lastDeliveryError: _1, lastDeliveryStatus: _2, ...rest } = facts;
  const { deliveryStatus, deliveryError } = details;
  return {
    ...rest,
    ...(outcome.errorReason === undefined ? {} : { lastErrorReason: outcome.errorReason }),
    ...(deliveryStatus === undefined ? {} : { lastDeliveryStatus: deliveryStatus }),
    ...(deliveryError === undefined ? {} : { lastDeliveryError: deliveryError }),
  };
}
