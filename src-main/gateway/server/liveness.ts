// Whether somebody is still at the other end of a connection, and the notifications that wait for its next heartbeat.
// One small object per connection; heartbeats.ts goes through them all.

import type { PendingNotice } from '../notifications/notice.ts';

interface QueuedNotice {
  readonly notice: PendingNotice;
  /** The ping that it first went with; `undefined` until then. */
  sentWith: number | undefined;
}

/** The newest ones; who does not take them can read the inbox. */
const MAX_QUEUED = 50;

export class Liveness {
  /**
   * Who signed in with `auth.handshake` says `heartbeat.pong`; of everybody else the WebSocket's own pong is enough,
   * which libraries answer by themselves.
   */
  byMessage = false;
  /** Pings in a row that were not answered before the next one was due. */
  missed = 0;
  /** When something was last heard that counts as a sign of life. */
  heardAt: number;
  /** As the client last said it; what it means is its own affair. */
  clientLoad: number | undefined;
  #awaiting = false;
  #seq = 0;
  /** Made with the first notification: most connections never have one. */
  #queue: QueuedNotice[] | undefined;

  constructor(openedAt: number) {
    this.heardAt = openedAt;
  }

  /** The next ping is due. @returns its number */
  ping(): number {
    if (this.#awaiting) this.missed += 1;
    this.#awaiting = true;
    this.#seq += 1;
    return this.#seq;
  }

  socketPong(now: number): void {
    if (!this.byMessage) this.#heard(now);
  }

  /** A `heartbeat.pong`. @returns whether there was such a ping */
  answer(seq: number, clientLoad: number | undefined, now: number): boolean {
    if (seq < 1 || seq > this.#seq) return false;
    this.#heard(now);
    this.clientLoad = clientLoad;
    this.#queue = this.#queue?.filter(({ sentWith }) => sentWith === undefined || sentWith > seq);
    return true;
  }

  enqueue(notice: PendingNotice): void {
    // Told anew, it goes once, as it is now.
    this.withdraw([notice.id]);
    const queue = (this.#queue ??= []);
    queue.push({ notice, sentWith: undefined });
    if (queue.length > MAX_QUEUED) queue.shift();
  }

  /** Nobody needs to be told of those any more; of none of them when left out. */
  withdraw(ids: readonly string[] | undefined): void {
    this.#queue =
      ids === undefined ? undefined : this.#queue?.filter(({ notice }) => !ids.includes(notice.id));
  }

  /** What goes with this ping. Whatever went with the one before goes for the second and last time. */
  take(seq: number): readonly PendingNotice[] {
    const queue = this.#queue;
    if (queue === undefined || queue.length === 0) return [];
    this.#queue = queue.filter(({ sentWith }) => sentWith === undefined);
    for (const queued of this.#queue) queued.sentWith = seq;
    return queue.map(({ notice }) => notice);
  }

  #heard(now: number): void {
    this.#awaiting = false;
    this.missed = 0;
    this.heardAt = now;
  }
}
