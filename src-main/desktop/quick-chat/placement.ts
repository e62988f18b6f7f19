// Where the quick chat appears: near the pointer, wholly on the screen that the pointer is on. Pure.

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Between the pointer and the window, px, so that the first click is not made by accident. */
const GAP = 12;

/**
 * Below the pointer, or above it where there is no room below, and centred on it.
 * @param workArea of the screen that the pointer is on
 */
export function placeNear(
  pointer: { readonly x: number; readonly y: number },
  wanted: { readonly width: number; readonly height: number },
  workArea: Rectangle,
): Rectangle {
  const width = Math.min(wanted.width, workArea.width);
  const height = Math.min(wanted.height, workArea.height);
  const bottom = workArea.y + workArea.height;
  const below = pointer.y + GAP;
  const y = below + height <= bottom ? below : pointer.y - GAP - height;
  return {
    x: Math.round(clamp(pointer.x - width / 2, workArea.x, workArea.x + workArea.width - width)),
    y: Math.round(clamp(y, workArea.y, bottom - height)),
    width,
    height,
  };
}

function clamp(value: number, lowest: number, highest: number): number {
  return Math.max(lowest, Math.min(value, highest));
}
