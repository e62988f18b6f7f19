// Owns the first question of every run: is this Node new enough for the tools that follow? Written in plain, old
// syntax on purpose, so that an old Node gets as far as the message instead of a syntax error.

/**
 * The lowest version that a range of the form ">=20.18.0" or "^20.19.0 || >=22" accepts.
 * @param {string} range
 * @returns {string}
 */
export function minimumOf(range) {
  const found = /\d+(\.\d+){0,2}/.exec(range);
  if (found === null) throw new Error('No version in the range "' + range + '"');
  return found[0];
}

/**
 * @param {string} version
 * @param {string} minimum
 */
export function isAtLeast(version, minimum) {
  const have = version.replace(/^v/, '').split('.').map(Number);
  const need = minimum.split('.').map(Number);
  for (let i = 0; i < 3; i += 1) {
    const difference = (have[i] || 0) - (need[i] || 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/**
 * What to tell a person whose Node is too old, or null when it is new enough.
 * @param {string} version
 * @param {string} range the `engines.node` of package.json
 */
export function nodeVersionProblem(version, range) {
  const minimum = minimumOf(range);
  if (isAtLeast(version, minimum)) return null;
  return (
    'Clawtray needs Node ' +
    minimum +
    ' or newer; this is ' +
    version +
    '.\n' +
    'Install a newer one from https://nodejs.org or with your version manager, then run the command again.'
  );
}
