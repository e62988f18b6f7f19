// Owns the list of Debian packages that running and testing the app takes. The libraries are those Electron links
// to or loads (ldd on its executable), without the ones that another package in the list pulls in.

/**
 * One package, under the names it has had, newest first: Debian 13 and Ubuntu 24.04 renamed many libraries when
 * time became 64 bits.
 * @typedef {string[]} Requirement
 */

/** @type {Requirement[]} */
const libraries = [
  ['libgtk-3-0t64', 'libgtk-3-0'],
  ['libnotify4'],
  ['libnss3'],
  ['libasound2t64', 'libasound2'],
  ['libgbm1'],
];

/** @type {Requirement[]} */
const privateBus = [['dbus']];

/**
 * Networks of their own for tests, and the other program that announces and finds services in them.
 * @type {Requirement[]}
 */
const networks = [['iproute2'], ['avahi-daemon'], ['avahi-utils']];

/** @type {Requirement[]} */
const virtualDisplay = [['xvfb'], ['xauth']];

/**
 * Without these, screenshots of anything but plain Latin show boxes, and text is measured with another font.
 * @type {Requirement[]}
 */
const fonts = [['fonts-noto-core'], ['fonts-dejavu-core'], ['fonts-noto-cjk'], ['fonts-noto-color-emoji']];

/**
 * What makes and opens packages that are not Debian's own, and what looks at desktop files.
 * @type {Requirement[]}
 */
const packers = [['rpm'], ['libarchive-tools'], ['desktop-file-utils']];

/**
 * @param {'start' | 'test' | 'package'} purpose
 * @param {boolean} display whether there is a display already
 * @returns {Requirement[]}
 */
export function requirementsFor(purpose, display) {
  if (purpose === 'start') return libraries;
  const screen = display ? [] : virtualDisplay;
  if (purpose === 'package') return [...libraries, ...privateBus, ...screen, ...packers];
  return [...libraries, ...privateBus, ...networks, ...screen, ...fonts];
}

/**
 * The requirements of which no name is installed.
 * @param {Requirement[]} requirements
 * @param {Set<string>} installed
 */
export function missingFrom(requirements, installed) {
  return requirements.filter((names) => !names.some((name) => installed.has(name)));
}

/**
 * The name that this release of the distribution has for each requirement. It has none for those in `unknown`.
 * @param {Requirement[]} requirements
 * @param {Set<string>} available
 */
export function selectNames(requirements, available) {
  /** @type {string[]} */
  const selected = [];
  /** @type {Requirement[]} */
  const unknown = [];
  for (const requirement of requirements) {
    const name = requirement.find((candidate) => available.has(candidate));
    if (name === undefined) unknown.push(requirement);
    else selected.push(name);
  }
  return { selected, unknown };
}
