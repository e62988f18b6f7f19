// What every window of ours has in common: what its page may do, and what shows before the page has drawn itself.

/** Electron's safe choices, spelled out so that a change of a default changes nothing here. */
export const SAFE_PAGE = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  spellcheck: true,
} as const;

/** The page's own background, `--bg` in the theme. */
export const BACKGROUND = { light: '#fbfbfa', dark: '#1b1b1d' };
