// Names and numbers that every layer agrees on.

declare const __CLAWTRAY_VERSION__: string;

/** Version of this build, set by the bundler and by the test runner. */
export const VERSION: string = __CLAWTRAY_VERSION__;

export const PRODUCT_NAME = 'Clawtray';

/**
 * Windows groups windows and notifications by this, Linux names the desktop file by it, and electron-builder packs the app
 * under it.
 */
export const APP_ID = 'io.github.clawtray';

/** Scheme of the addresses that other programs open this app with. */
export const LINK_SCHEME = 'clawtray';

/** OpenClaw's well-known gateway port. */
export const DEFAULT_PORT = 18789;

/** Highest and lowest native protocol number that we speak. */
export const PROTOCOL_MAX = 4;
export const PROTOCOL_MIN = 3;

/** Origin of the desktop window's own pages. */
export const APP_ORIGIN = 'app://clawtray';
