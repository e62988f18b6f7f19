// What a program can find wrong with how a page is laid out: what runs out of it, what is cut off, what lies over something that has
// to be clicked.

import type { Page } from 'playwright-core';

/** In words that say which element it is; nothing if all is well. */
export function layoutFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const root = document.documentElement;
    /** What lies over the rest and is to be dealt with first. */
    const modal = [
      ...document.querySelectorAll('dialog[open], [role="dialog"], [role="menu"], [role="listbox"]'),
    ].at(-1);
    const isShown = (element: Element): boolean =>
      element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
      element.closest('.offscreen, [inert], [aria-hidden="true"]') === null;
    const nameOf = (element: Element): string => {
      const words = (element.ariaLabel ?? element.textContent).trim().slice(0, 40);
      return `${element.localName}.${element.className} “${words}”`;
    };
    const styleOf = (element: Element): CSSStyleDeclaration => getComputedStyle(element);
    /** Code and tables may be moved sideways in a place of their own. */
    const mayBeWide = (element: Element): boolean =>
      element.closest('pre, table, code, svg, canvas') !== null;

    if (root.scrollWidth > root.clientWidth) faults.push('the page scrolls sideways');
    for (const element of document.body.querySelectorAll('*')) {
      if (!isShown(element) || mayBeWide(element)) continue;
      const style = styleOf(element);
      const { scrollWidth, clientWidth, scrollHeight, clientHeight } = element;
      const field = element.matches('input, textarea, select');
      const holdsWide = element.querySelector('pre, table') !== null;
      if (/auto|scroll/.test(style.overflowX) && scrollWidth > clientWidth + 1 && !field && !holdsWide)
        faults.push(`scrolls sideways: ${nameOf(element)}`);
      const clips = style.overflowX === 'hidden' || style.overflowX === 'clip';
      if (clips && !field && scrollWidth > clientWidth + 1 && style.textOverflow !== 'ellipsis')
        faults.push(`cut off at its side: ${nameOf(element)}`);
      const clipsBelow = style.overflowY === 'hidden' || style.overflowY === 'clip';
      const clamped = style.webkitLineClamp !== 'none';
      if (clipsBelow && !clamped && !field && clientHeight > 0 && scrollHeight > clientHeight + 3)
        faults.push(`cut off below: ${nameOf(element)}`);
      const { left, right, width } = element.getBoundingClientRect();
      if (width > 0 && (right > root.clientWidth + 1 || left < -1))
        faults.push(`outside of the window: ${nameOf(element)}`);
    }

    const operable =
      'button, a[href], input, select, textarea, [role="option"], [role="menuitem"], [role="switch"]';
    for (const element of document.querySelectorAll<HTMLElement>(operable)) {
      if (!isShown(element) || element.matches(':disabled')) continue;
      if (modal !== undefined && !modal.contains(element)) continue;
      if (styleOf(element).pointerEvents === 'none') continue;
      element.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
      const { left, top, width, height } = element.getBoundingClientRect();
      if (width === 0 || height === 0) continue;
      const hit = document.elementFromPoint(left + width / 2, top + height / 2);
      const same =
        hit !== null && (element.contains(hit) || hit.contains(element) || hit.closest('label') !== null);
      if (!same)
        faults.push(
          `cannot be clicked: ${nameOf(element)}, behind ${hit === null ? 'the edge' : nameOf(hit)}`,
        );
    }
    return [...new Set(faults)];
  });
}
