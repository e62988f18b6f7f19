// How far pages can be zoomed. Pure.

const STEP = 0.5;
/** About 58 % and 250 %: within, the window still works at its smallest size. */
const LOWEST = -3;
const HIGHEST = 5;

/** The next level; steps of 0 are the way back. */
export function nextZoom(level: number, steps: number): number {
  return steps === 0 ? 0 : Math.max(LOWEST, Math.min(HIGHEST, level + steps * STEP));
}
