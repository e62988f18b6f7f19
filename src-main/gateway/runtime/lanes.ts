// One lane per session: one run at a time, the others wait in order. Bounds how many run at once and how many wait; when
// lanes compete for room, the one whose turn is longest ago comes first.

import { GatewayError } from '../../shared/errors.ts';

export interface LaneTask {
  readonly id: string;
  run(): Promise<void>;
}

export interface Lanes {
  /**
   * @param maxWaiting how many may wait in this lane, this one included
   * @throws GatewayError `unavailable` when more would
   */
  enqueue(lane: string, task: LaneTask, maxWaiting: number): void;
  /** Takes a task out that has not begun; false if it runs or is unknown. */
  remove(lane: string, id: string): boolean;
  /** Ids in a lane, the running one first. */
  ids(lane: string): readonly string[];
}

interface Lane {
  running: LaneTask | undefined;
  waiting: LaneTask[];
}

export interface LaneLimits {
  readonly maxConcurrent: number;
}

/** @param onTaskError told what a task threw; tasks are expected to handle their own errors */
export function createLanes(limits: LaneLimits, onTaskError: (error: unknown) => void): Lanes {
  /** In the order in which they had their last turn. */
  const lanes = new Map<string, Lane>();
  let concurrent = 0;

  function startNext(): void {
    for (const [name, lane] of lanes) {
      if (concurrent >= limits.maxConcurrent) return;
      if (lane.running !== undefined) continue;
      const task = lane.waiting.shift();
      lanes.delete(name);
      if (task !== undefined) start(name, lane, task);
    }
  }

  function start(name: string, lane: Lane, task: LaneTask): void {
    lanes.set(name, lane);
    lane.running = task;
    concurrent += 1;
    task
      .run()
      .catch(onTaskError)
      .finally(() => {
        lane.running = undefined;
        concurrent -= 1;
        startNext();
      });
  }

  return {
    enqueue: (name, task, maxWaiting) => {
      const lane = lanes.get(name) ?? { running: undefined, waiting: [] };
      if (lane.waiting.length >= maxWaiting) {
        throw new GatewayError(
          'unavailable',
          `${maxWaiting} messages wait in this session already. Wait for an answer, or stop the run.`,
          { retryable: true, retryAfterMs: 5_000 },
        );
      }
      lane.waiting.push(task);
      lanes.set(name, lane);
      startNext();
    },
    remove: (name, id) => {
      const lane = lanes.get(name);
      const index = lane?.waiting.findIndex((task) => task.id === id) ?? -1;
      if (lane === undefined || index < 0) return false;
      lane.waiting.splice(index, 1);
      if (lane.running === undefined && lane.waiting.length === 0) lanes.delete(name);
      return true;
    },
    ids: (name) => {
      const lane = lanes.get(name);
      if (lane === undefined) return [];
      const running = lane.running === undefined ? [] : [lane.running.id];
      return [...running, ...lane.waiting.map((task) => task.id)];
    },
  };
}
