// Owns the question whether a window could be shown at all.

/**
 * Windows and macOS always have a display; everywhere else X11 or Wayland must be announced in the environment.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {NodeJS.Platform} [platform]
 */
export function hasDisplay(env = process.env, platform = process.platform) {
  if (platform === 'win32' || platform === 'darwin') return true;
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}
