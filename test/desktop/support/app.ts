// Starts the built app in a real Electron with a profile of its own, and ends it.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { resolveElectron } from '../../../scripts/electron/resolve.mjs';

export const ROOT = path.resolve(import.meta.dirname, '../../..');

export interface Profile {
  readonly folder: string;
  readonly stateDir: string;
  readonly port: number;
  remove(): Promise<void>;
}

/**
 * A state folder, a settings folder and a port that nothing else uses.
 * @param options.firstStart the app was never set up, and asks for it
 */
export async function createProfile(options: { readonly firstStart?: boolean } = {}): Promise<Profile> {
  const folder = await mkdtemp(path.join(tmpdir(), 'clawtray-desktop-'));
  if (options.firstStart !== true) {
    await mkdir(path.join(folder, 'electron'));
    await writeFile(
      path.join(folder, 'electron/settings.json'),
      JSON.stringify({ setup: { state: 'done' } }),
    );
  }
  return {
    folder,
    stateDir: path.join(folder, 'state'),
    port: await freePort(),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export interface RunningApp {
  readonly app: ElectronApplication;
  /** The window, waiting for it if need be. */
  window(): Promise<Page>;
  windowCount(): Promise<number>;
  quit(): Promise<void>;
  /** As a crash would. */
  kill(): Promise<void>;
}

export interface StartOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What the program takes for the time, and whether its clock stands still. The page has a clock of its own. */
  readonly date?: { readonly at: string; readonly stands: boolean };
}

export async function startApp(profile: Profile, options: StartOptions = {}): Promise<RunningApp> {
  const { executable } = await resolveElectron();
  const app = await _electron.launch({
    executablePath: executable,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      `--user-data-dir=${path.join(profile.folder, 'electron')}`,
      ...(options.date === undefined ? [] : ['-r', path.join(ROOT, 'test/fakes/set-date.cjs')]),
      ROOT,
      ...(options.args ?? []),
    ],
    env: { ...environment(profile), ...dateOf(options), ...options.env },
  });
  let ended = false;
  const exited = new Promise<void>((resolve) => {
    app.process().once('exit', () => {
      ended = true;
      resolve();
    });
  });
  return {
    app,
    window: async () => {
      const [existing] = app.windows();
      const page = existing ?? (await app.waitForEvent('window', { timeout: 15_000 }));
      // Keys that are pressed before the page has drawn itself reach nobody.
      await page.locator('#root > *').first().waitFor({ state: 'attached' });
      return page;
    },
    windowCount: () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length),
    quit: async () => {
      if (ended) return;
      await app
        .evaluate(({ app: electron }) => {
          electron.quit();
        })
        .catch(() => undefined);
      await exited;
    },
    kill: async () => {
      app.process().kill('SIGKILL');
      await exited;
    },
  };
}

function dateOf({ date }: StartOptions): Record<string, string> {
  if (date === undefined) return {};
  return { TEST_DATE: date.at, TEST_DATE_STANDS: date.stands ? '1' : '' };
}

/** What the app is started with: nothing of the person who runs the tests. */
export function environment(profile: Profile): Record<string, string> {
  const kept = ['PATH', 'DISPLAY', 'XAUTHORITY', 'DBUS_SESSION_BUS_ADDRESS', 'LANG', 'TZ', 'XDG_RUNTIME_DIR'];
  return {
    ...Object.fromEntries(
      kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
    ),
    HOME: profile.folder,
    OPENCLAW_STATE_DIR: profile.stateDir,
    OPENCLAW_GATEWAY_PORT: String(profile.port),
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}
