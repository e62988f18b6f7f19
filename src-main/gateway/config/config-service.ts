// Holds the running configuration, re-reads the files when they change, and says what is wrong with them.

import { unwatchFile, watchFile, type Stats } from 'node:fs';
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
  watch(): void;
  close(): void;
}

export interface ConfigDeps {
  readonly paths: GatewayPaths;
  readonly env: NodeJS.ProcessEnv;
  readonly problems: Problems;
  readonly log: Logger;
}

/**
 * How often the files are looked at. Polling on purpose: our own configuration lies beside the database, whose every write
 * would wake a watcher of the folder, and a file that does not exist yet must be noticed too.
 */
const POLL_INTERVAL = 1_500;

/** Changes to these need a restart; the rest is read at the moment of use. */
function fixedAtStart(config: GatewayConfig): string {
  return JSON.stringify([config.gateway.port, config.gateway.auth]);
}

export async function createConfigService(deps: ConfigDeps): Promise<ConfigService> {
  const { paths, env, problems, log } = deps;
  let loaded = await loadConfig(paths, env);
  const started = fixedAtStart(loaded.config);
  const watched = [...paths.sharedConfigFiles, paths.ownConfigFile];

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
    watch: () => {
      for (const file of watched) watchFile(file, { interval: POLL_INTERVAL, persistent: false }, onChange);
    },
    close: () => {
      for (const file of watched) unwatchFile(file, onChange);
    },
  };

  function onChange(now: Stats, before: Stats): void {
    if (now.mtimeMs === before.mtimeMs && now.size === before.size && now.ino === before.ino) return;
    reload().catch((error: unknown) => {
      log.error('configuration could not be read again', { error: errorText(error) });
    });
  }
}
