// Webhooks: what a run has to tell, posted to an address that the job names. Waits in the store until it is delivered or
// given up, so a kill loses none; one timer for all. Where it may go is decided by the address policy.

import { errorText, type Logger } from '../../shared/logger.ts';
import { MINUTE, SECOND, type Clock, type TimerHandle } from '../../shared/time.ts';
import type { AddressPolicy } from '../outbound/address-policy.ts';
import { guardedRequest, GuardedRequestError } from '../outbound/guarded-request.ts';
import type { Store } from '../store/open-store.ts';
import type { CronWebhook, CronWebhooksRepository } from '../store/repositories/cron-webhooks.ts';

export interface Webhooks {
  /**
   * Notes one to be sent. Inside `store.write` only; call `pump` after the commit.
   * @returns false when too many wait already
   */
  add(webhook: Omit<CronWebhook, 'id' | 'attempts'>): boolean;
  /** Sends what is due, and goes on by itself. */
  pump(): void;
  /** Sends nothing more; what waits is sent after the next start. */
  stop(): Promise<void>;
}

export interface WebhookDeps {
  readonly store: Store;
  readonly repository: CronWebhooksRepository;
  readonly clock: Clock;
  readonly log: Logger;
  readonly policy: () => AddressPolicy;
  /** Sent as `Authorization: Bearer`, when there is one. */
  readonly token: () => string | undefined;
  /**
   * Told inside the write that ends one, when it has been delivered, or was given up and why.
   * @returns what is to be announced after the commit
   */
  readonly onEnd: (webhook: CronWebhook, error: string | undefined) => () => void;
}

/** Pauses before the second attempt and those after it. */
const RETRY_AFTER = [30 * SECOND, 2 * MINUTE, 10 * MINUTE] as const;
const MAX_PARALLEL = 4;
const TIMEOUT = 10 * SECOND;
/** Answers are looked at only for their status. */
const MAX_ANSWER = 4_096;
const MAX_SLEEP = MINUTE;

export function createWebhooks(deps: WebhookDeps): Webhooks {
  const { store, repository, clock, log } = deps;
  const active = new Map<number, Promise<void>>();
  const stopping = new AbortController();
  let timer: TimerHandle | undefined;

  function pump(): void {
    if (timer !== undefined) clock.cancel(timer);
    timer = undefined;
    if (stopping.signal.aborted) return;
    const now = clock.now();
    for (const webhook of repository.due(now, MAX_PARALLEL + active.size)) {
      if (active.size >= MAX_PARALLEL) break;
      if (!active.has(webhook.id)) begin(webhook);
    }
    const next = repository.nextAt([...active.keys()]);
    if (next !== undefined && active.size < MAX_PARALLEL)
      timer = clock.schedule(Math.min(Math.max(0, next - now), MAX_SLEEP), pump);
  }

  function begin(webhook: CronWebhook): void {
    const work = send(webhook)
      .catch((error: unknown) => {
        log.error('a webhook could not be accounted for', { jobId: webhook.jobId, error: errorText(error) });
      })
      .finally(() => {
        active.delete(webhook.id);
        pump();
      });
    active.set(webhook.id, work);
  }

  async function send(webhook: CronWebhook): Promise<void> {
    const failure = await attempt(webhook);
    if (stopping.signal.aborted && failure !== undefined) return;
    const pause = failure?.final === true ? undefined : RETRY_AFTER[webhook.attempts];
    if (failure !== undefined && pause !== undefined) {
      await store.write(() => {
        repository.postpone(webhook.id, clock.now() + pause);
      });
      return;
    }
    const announce = await store.write(() => {
      repository.remove(webhook.id);
      return deps.onEnd(webhook, failure?.reason);
    });
    announce();
  }

  /** @returns why it failed, and whether another attempt would be in vain */
  async function attempt({
    url,
    body,
  }: CronWebhook): Promise<{ reason: string; final: boolean } | undefined> {
    const token = deps.token();
    try {
      const { status } = await guardedRequest({
        url,
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        policy: deps.policy(),
        timeoutMs: TIMEOUT,
        maxBytes: MAX_ANSWER,
        signal: stopping.signal,
      });
      if (status >= 200 && status < 300) return undefined;
      const passing = status >= 500 || status === 408 || status === 429;
      return { reason: `The webhook answered HTTP ${status}.`, final: !passing };
    } catch (error) {
      const final = error instanceof GuardedRequestError && error.reason === 'blocked';
      return { reason: errorText(error), final };
    }
  }

  return {
    add: (webhook) => repository.insert(webhook, clock.now()),
    pump,
    stop: async () => {
      stopping.abort();
      if (timer !== undefined) clock.cancel(timer);
      timer = undefined;
      await Promise.allSettled(active.values());
    },
  };
}
