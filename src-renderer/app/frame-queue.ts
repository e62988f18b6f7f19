// Collects what happens and lets it happen once per frame: many events of a stream, one drawing.

export interface FrameQueue {
  push(task: () => void): void;
  /** Runs what waits, now. */
  flush(): void;
}

/** A hidden window draws no frames, and must not fall behind for it. */
const HIDDEN_DELAY = 50;

export function createFrameQueue(): FrameQueue {
  let tasks: (() => void)[] = [];
  let planned: (() => void) | undefined;

  function flush(): void {
    planned?.();
    planned = undefined;
    const due = tasks;
    tasks = [];
    for (const task of due) task();
  }

  function plan(): () => void {
    if (document.visibilityState === 'hidden') {
      const timer = window.setTimeout(flush, HIDDEN_DELAY);
      return () => {
        window.clearTimeout(timer);
      };
    }
    const frame = window.requestAnimationFrame(flush);
    // A window that is hidden before the frame comes never gets it.
    const timer = window.setTimeout(flush, HIDDEN_DELAY * 2);
    return () => {
      window.cancelAnimationFrame(frame);
      window.clearTimeout(timer);
    };
  }

  return {
    push: (task) => {
      tasks.push(task);
      planned ??= plan();
    },
    flush,
  };
}
