// What a program can find wrong with a page for people who cannot see it or use no pointer.

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/**
 * Rules of WCAG 2.2 A and AA that a program can check.
 * @param which `colours`: only what can differ between light and dark
 */
export async function violations(page: Page, which: 'all' | 'colours' = 'all'): Promise<string[]> {
  const builder = new AxeBuilder({ page }).setLegacyMode(true);
  const { violations: found } = await (
    which === 'all'
      ? builder.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      : builder.withRules(['color-contrast', 'link-in-text-block'])
  ).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}
