// The languages that are checked: those of the system that there are dictionaries for. Pure.

/** Chromium checks in several languages at once, each of which costs memory and time per word. */
const MAX_LANGUAGES = 4;

/**
 * @param preferred of the person, the best first, as BCP 47 tags
 * @param available what there are dictionaries for, some with a region and some without
 */
export function spellLanguages(
  preferred: readonly string[],
  available: readonly string[],
): readonly string[] {
  const known = new Map(available.map((language) => [language.toLowerCase(), language]));
  const chosen = preferred.flatMap((tag) => {
    const parts = tag.toLowerCase().replaceAll('_', '-').split('-');
    const [base = ''] = parts;
    // `de-AT` is checked as `de` when there is nothing closer; `pt` alone as the first of its regions.
    const found =
      known.get(parts.join('-')) ??
      known.get(base) ??
      available.find((language) => language.toLowerCase().startsWith(`${base}-`));
    return found === undefined ? [] : [found];
  });
  return [...new Set(chosen)].slice(0, MAX_LANGUAGES);
}
