import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violations } from './support/accessibility.ts';
import { letAgentAsk, openFurnished, type Furnished } from './support/furnished.ts';
import { layoutFaults } from './support/layout.ts';
import { show, VIEWS } from './support/views.ts';
import { waitUntil } from './support/wait.ts';

/** All views, one after the other; long enough for a loaded machine. */
const PATIENCE = 180_000;

let it: Furnished;
let page: Page;

beforeAll(async () => {
  it = await openFurnished();
  await letAgentAsk(it.gateway);
  page = it.page;
  // What does not come in this time does not come at all, and all that is wrong should be told.
  page.setDefaultTimeout(8_000);
  await page.emulateMedia({ reducedMotion: 'reduce' });
});

afterAll(async () => {
  await it.close();
});

/** What is wrong, by view. All views are looked at before anything fails, so that one run tells everything. */
type Faults = Record<string, readonly string[]>;

async function inAllViews(look: (name: string) => Promise<readonly string[]>): Promise<Faults> {
  const faults: Faults = {};
  for (const view of VIEWS) {
    const found = await show(page, view).then(
      () => look(view.name),
      (error: unknown) => [`cannot be opened: ${String(error).split('\n', 4).join(' ')}`],
    );
    if (found.length > 0) faults[view.name] = found;
  }
  return faults;
}

async function resize(width: number, height: number, zoom: number): Promise<void> {
  await it.running.app.evaluate(
    ({ BrowserWindow }, [w, h, factor]) => {
      const window = BrowserWindow.getAllWindows().find(({ title }) => !title.includes('Quick Chat'));
      window?.webContents.setZoomFactor(factor);
      window?.setContentSize(w, h);
    },
    [width, height, zoom] as const,
  );
  await waitUntil(
    async () =>
      (await page.evaluate(() => window.innerWidth)) === Math.round(width / zoom) ? true : undefined,
    5_000,
    'the window to have its size',
  );
}

const shots = process.env['CLAWTRAY_SCREENSHOTS'];
async function shot(name: string): Promise<void> {
  if (shots !== undefined) await page.screenshot({ path: `${shots}/${name.replaceAll(/[^\w]+/g, '-')}.png` });
}

test.each(['light', 'dark'] as const)(
  'no view and no dialog has an accessibility fault, %s',
  async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    expect(
      await inAllViews(async (name) => {
        await shot(`${name}-${colorScheme}`);
        return violations(page, colorScheme === 'light' ? 'all' : 'colours');
      }),
    ).toEqual({});
  },
  PATIENCE,
);

describe.each([
  { name: 'in the smallest window', width: 380, height: 480, zoom: 1, dir: 'ltr' },
  // 320 × 256 pixels of the page are left, which is what WCAG asks for.
  { name: 'at 200 %', width: 640, height: 512, zoom: 2, dir: 'ltr' },
  { name: 'from right to left', width: 1040, height: 720, zoom: 1, dir: 'rtl' },
])('$name', ({ name, width, height, zoom, dir }) => {
  beforeAll(async () => {
    await page.evaluate((direction) => {
      document.documentElement.dir = direction;
    }, dir);
    await resize(width, height, zoom);
  });
  afterAll(async () => {
    await resize(1040, 720, 1);
    await page.evaluate(() => {
      document.documentElement.dir = 'ltr';
    });
  });

  test(
    'nothing runs out of its view, is cut off or covered',
    async () => {
      expect(
        await inAllViews(async (view) => {
          await shot(`${name}-${view}`);
          return layoutFaults(page);
        }),
      ).toEqual({});
    },
    PATIENCE,
  );
});
