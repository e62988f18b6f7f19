// Somebody without a pointer: goes on with Tab, and sees where the focus is.

import type { Page } from 'playwright-core';

interface Stop {
  readonly name: string;
  /** Marks the element in the page, for as long as the page is the same. */
  readonly id: string;
  /** Whether somebody can see that it has the focus. */
  readonly visible: boolean;
}

/** What has the focus; nothing while it is on the page as a whole. */
async function focused(page: Page): Promise<Stop | undefined> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return undefined;
    element.dataset['stop'] ??= String(document.querySelectorAll('[data-stop]').length);
    const { width, height, top, left } = element.getBoundingClientRect();
    const probe = document.createElement('i');
    probe.style.color = 'var(--focus)';
    document.body.append(probe);
    const ring = getComputedStyle(probe).color;
    probe.remove();
    const style = getComputedStyle(element);
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    // A field shows it by its border, or by that of what it lies in.
    const around = element.parentElement === null ? undefined : getComputedStyle(element.parentElement);
    const bordered = [style, around].some((one) => one?.borderBlockStartColor === ring);
    const inside = width > 0 && height > 0 && top < innerHeight && left < innerWidth && top + height > 0;
    return {
      name: element.ariaLabel ?? element.innerText.trim().slice(0, 60),
      id: element.dataset['stop'],
      // A title or a place that can be scrolled takes the focus so that it is read out; it is no control.
      visible: inside && (outlined || bordered || element.tabIndex < 0),
    };
  });
}

/** All stops of Tab, once around. */
export async function tabStops(page: Page): Promise<readonly Stop[]> {
  await page.evaluate(() => {
    for (const one of document.querySelectorAll('[data-stop]')) one.removeAttribute('data-stop');
  });
  const stops = new Map<string, Stop>();
  for (let i = 0; i < 150; i += 1) {
    await page.keyboard.press('Tab');
    const stop = await focused(page);
    // After the last one the focus is on the page once.
    if (stop === undefined) continue;
    if (stops.has(stop.id) && stops.size > 1) break;
    stops.set(stop.id, stop);
  }
  return [...stops.values()];
}

/** What can be operated in what is shown, and was no stop. */
export function missedBy(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const over = [...document.querySelectorAll('dialog[open], [role="dialog"][aria-modal]')].at(-1);
    const all = (over ?? document).querySelectorAll<HTMLElement>('button, a[href], input, select, textarea');
    return [...all]
      .filter(
        (one) =>
          one.checkVisibility({ visibilityProperty: true }) &&
          !one.matches(':disabled') &&
          one.closest('[inert]') === null &&
          // Reached with the arrows, from one of their group.
          one.tabIndex >= 0 &&
          !(one instanceof HTMLInputElement && one.type === 'radio') &&
          one.dataset['stop'] === undefined,
      )
      .map((one) => one.ariaLabel ?? one.innerText.trim());
  });
}

/** Presses Tab until the control of this name has the focus. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const fits = (stop: Stop | undefined): boolean =>
    stop !== undefined && (typeof name === 'string' ? stop.name === name : name.test(stop.name));
  const seen: string[] = [];
  for (let i = 0; i < 150; i += 1) {
    const stop = await focused(page);
    if (fits(stop)) {
      if (stop?.visible !== true) throw new Error(`"${String(name)}" has no visible focus.`);
      return;
    }
    seen.push(stop?.name ?? '-');
    await page.keyboard.press('Tab');
  }
  throw new Error(`"${String(name)}" cannot be reached with Tab: ${seen.join(' | ')}`);
}

/** Opens a menu by its button, and chooses in it with the arrows. */
export async function chooseInMenu(page: Page, opener: string | RegExp, command: string): Promise<void> {
  await tabTo(page, opener);
  await page.keyboard.press('Enter');
  const item = page.getByRole('menuitem', { name: command });
  await item.waitFor();
  for (let i = 0; i < 12; i += 1) {
    if (await item.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
}

/** What has the focus, in words. */
export async function focusName(page: Page): Promise<string> {
  return (await focused(page))?.name ?? '';
}
