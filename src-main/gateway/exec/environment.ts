// The environment that commands get: what programs need to find their way, and nothing that this process was trusted with.
// A list of what is passed on, not of what is held back: nobody knows all names of secrets. Pure.

const KEPT: ReadonlySet<string> = new Set([
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XDG_RUNTIME_DIR',
  'XDG_SESSION_TYPE',
  'XDG_CURRENT_DESKTOP',
  'DBUS_SESSION_BUS_ADDRESS',
]);

/** Windows does not tell upper from lower case here; programs do not even start without some of these. */
const KEPT_ON_WINDOWS: ReadonlySet<string> = new Set([
  'SYSTEMROOT',
  'SYSTEMDRIVE',
  'WINDIR',
  'COMSPEC',
  'PATHEXT',
  'TEMP',
  'TMP',
  'USERPROFILE',
  'USERNAME',
  'USERDOMAIN',
  'HOMEDRIVE',
  'HOMEPATH',
  'APPDATA',
  'LOCALAPPDATA',
  'PROGRAMDATA',
  'PROGRAMFILES',
  'PROGRAMFILES(X86)',
  'PROGRAMW6432',
  'COMMONPROGRAMFILES',
  'NUMBER_OF_PROCESSORS',
  'PROCESSOR_ARCHITECTURE',
  'OS',
]);

const USUAL_PATH = '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin';

/** Nothing stops to ask or to show page by page: nobody is at this terminal. */
const QUIET = { TERM: 'dumb', PAGER: 'cat', GIT_PAGER: 'cat', GIT_TERMINAL_PROMPT: '0', NO_COLOR: '1' };

export type CommandEnvironment = Readonly<Record<string, string>>;

/** @param env of this process */
export function commandEnvironment(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): CommandEnvironment {
  const windows = platform === 'win32';
  const kept = Object.entries(env).flatMap(([name, value]): (readonly [string, string])[] => {
    if (value === undefined || value.includes('\0')) return [];
    const known = windows
      ? KEPT_ON_WINDOWS.has(name.toUpperCase())
      : KEPT.has(name) || /^LC_[A-Z]+$/.test(name);
    return known ? [[name, value]] : [];
  });
  return { ...Object.fromEntries(kept), PATH: searchPath(env, windows), ...QUIET };
}

/** With more variables; none takes the place of one that programs need. */
export function withVariables(
  env: CommandEnvironment,
  variables: Readonly<Record<string, string>>,
): CommandEnvironment {
  const taken = new Set(Object.keys(env).map((name) => name.toUpperCase()));
  const added = Object.entries(variables).filter(([name]) => !taken.has(name.toUpperCase()));
  return { ...Object.fromEntries(added), ...env };
}

/** Only whole paths: an empty or relative entry is the folder that the agent works in. */
function searchPath(env: NodeJS.ProcessEnv, windows: boolean): string {
  const [, given = ''] =
    Object.entries(env).find(([name]) => (windows ? name.toUpperCase() : name) === 'PATH') ?? [];
  const separator = windows ? ';' : ':';
  const whole = given
    .split(separator)
    .filter((folder) => (windows ? /^[a-z]:\\/i.test(folder) : folder.startsWith('/')));
  if (whole.length > 0) return whole.join(separator);
  return windows ? 'C:\\Windows\\System32' : USUAL_PATH;
}
