// Holds the running configuration, re-reads the files when they change, and says what is wrong with them.

import { existsSync } from 'node:fs';
import type { Logger } from '../../shared/logger.ts';
import { errorText } from '../../shared/logger.ts';
import type { Problems } from '../problems.ts';
import { loadConfig } from './load.ts';
import type { GatewayPaths } from './paths.ts';
import type { GatewayConfig } from './schema.ts';

export interface ConfigService {
  /** The configuration now; read it at the moment of use, so that changes apply live. */
  current(): GatewayConfig;
  /** Files that were found when the configuration was last read. */
  files(): readonly string[];
  reload(): Promise<void>;
  /** Starts to watch the files. */
  watch(): Promise<void>;
  close(): Promise<void>;
}

export interface ConfigDeps {
  readonly paths: GatewayPaths;
  readonly env: NodeJS.ProcessEnv;
  readonly problems: Problems;
  readonly log: Logger;
}

/** Editors write in several steps; wait until a file stays the same for this long. */
const SETTLE_MS = 150;

/** Changes to these need a restart; the rest is read at the moment of use. */
function fixedAtStart(config: GatewayConfig): string {
  return JSON.stringify([config.gateway.port, config.gateway.auth]);
}

export async function createConfigService(deps: ConfigDeps): Promise<ConfigService> {
  const { paths, env, problems, log } = deps;
  let loaded = await loadConfig(paths, env);
  const started = fixedAtStart(loaded.config);
  let closeWatcher: (() => Promise<void>) | undefined;

  function report(): void {
    if (loaded.problems.length === 0) problems.clear('config');
    else problems.set('config', loaded.problems.join(' '));
    if (fixedAtStart(loaded.config) === started) problems.clear('restart-needed');
    else
      problems.set(
        'restart-needed',
        'The port or the sign-in settings changed. Restart Clawtray to apply them.',
      );
  }

  async function reload(): Promise<void> {
    loaded = await loadConfig(paths, env);
    report();
    log.info('configuration read again', { files: loaded.files, problems: loaded.problems.length });
  }

  report();

  return {
    current: () => loaded.config,
    files: () => loaded.files,
    reload,
    watch: async () => {
      const { watch } = await import('chokidar');
      const wanted = new Set([...paths.sharedConfigFiles, paths.ownConfigFile]);
      // Folders, not files: a file that does not exist yet must be noticed when it appears.
      const folders = [...new Set([paths.stateDir, paths.profileDir])].filter((folder) => existsSync(folder));
      const watcher = watch([...folders, ...wanted], {
        depth: 0,
        ignoreInitial: true,
        ignored: (file, stats) => stats?.isFile() === true && !wanted.has(file),
        awaitWriteFinish: { stabilityThreshold: SETTLE_MS, pollInterval: 50 },
      });
      watcher.on('all', (_event, file) => {
        if (!wanted.has(file)) return;
        reload().catch((error: unknown) => {
          log.error('configuration could not be read again', { error: errorText(error) });
        });
      });
      watcher.on('error', (error) => {
        log.warn('configuration files cannot be watched', { error: errorText(error) });
      });
      closeWatcher = () => watcher.close();
    },
    close: async () => {
      await closeWatcher?.();
    },
  };
}
