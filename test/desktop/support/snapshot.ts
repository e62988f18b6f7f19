// Pictures of the window that are kept, and compared with how it looks now.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { expect } from 'vitest';

const KEPT = path.resolve(import.meta.dirname, '../snapshots');
const MADE_WITH = path.join(KEPT, 'made-with.json');
/** Part of the pixels that may differ: less than a letter. */
const TOLERANCE = 0.0002;

const renewing = process.env['UPDATE_SNAPSHOTS'] === '1';
let failures: string | undefined;

/** Another Chromium draws letters differently: then the pictures say nothing. */
function madeWith(): { readonly chromium?: string } {
  if (!existsSync(MADE_WITH)) return {};
  return JSON.parse(readFileSync(MADE_WITH, 'utf8')) as { readonly chromium?: string };
}

/** Whether pictures of this Chromium can be compared; renewing them makes it so. */
export function comparable(chromium: string): boolean {
  if (renewing) {
    mkdirSync(KEPT, { recursive: true });
    writeFileSync(MADE_WITH, `${JSON.stringify({ chromium }, null, 2)}\n`);
    return true;
  }
  return madeWith().chromium === chromium;
}

/**
 * Fails if the picture differs from the one that is kept under this name; both, and what differs, are then in a folder that the
 * failure names.
 * @param picture PNG
 */
export function expectPicture(name: string, picture: Buffer): void {
  const file = path.join(KEPT, `${name}.png`);
  const now = PNG.sync.read(picture);
  if (renewing) {
    writeFileSync(file, PNG.sync.write(now, { deflateLevel: 9, colorType: 2 }));
    return;
  }
  if (!existsSync(file)) throw new Error(`There is no picture ${file} yet. Make it with: npm run snapshots`);
  const before = PNG.sync.read(readFileSync(file));
  const { width, height } = before;
  const sameSize = now.width === width && now.height === height;
  const difference = new PNG({ width, height });
  const differing = sameSize
    ? pixelmatch(before.data, now.data, difference.data, width, height, { threshold: 0.1 })
    : Number.POSITIVE_INFINITY;
  if (differing <= width * height * TOLERANCE) return;
  failures ??= mkdtempSync(path.join(tmpdir(), 'clawtray-snapshots-'));
  writeFileSync(path.join(failures, `${name}.now.png`), picture);
  if (sameSize) writeFileSync(path.join(failures, `${name}.difference.png`), PNG.sync.write(difference));
  const how = sameSize
    ? `${String(differing)} pixels differ`
    : `it is ${now.width} × ${now.height} and was ${width} × ${height}`;
  expect.fail(
    `${name} looks different: ${how}. See ${path.join(failures, name)}.*.png and ${file}; if it is meant to: npm run snapshots`,
  );
}
