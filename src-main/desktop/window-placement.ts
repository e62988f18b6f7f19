// Where a window that was closed comes back: where it was, if enough of it would be seen there. Pure.

import type { WindowBounds } from './settings.ts';

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What must be seen of a window so that it can be taken and moved, px. */
const GRIP = 50;
/** Some systems report a window that touches the top edge a little above it. */
const TOLERANCE = 10;

/**
 * @param workArea of the screen that the bounds lie on or are closest to; screens come and go
 * @returns without a place when the window would be out of reach, and never larger than the screen then
 */
export function placement(
  { x, y, width, height }: WindowBounds,
  workArea: Area,
): Partial<Area> & Pick<Area, 'width' | 'height'> {
  if (x === undefined || y === undefined) return { width, height };
  const reachable =
    x < workArea.x + workArea.width - GRIP &&
    x + width > workArea.x + GRIP &&
    y >= workArea.y - TOLERANCE &&
    y < workArea.y + workArea.height - GRIP;
  return reachable
    ? { x, y, width, height }
    : { width: Math.min(width, workArea.width), height: Math.min(height, workArea.height) };
}
