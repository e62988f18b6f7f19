// Holds the running configuration, re-reads the files when they change, and says what is wrong with them.

import type { Logger } from '../../shared/logger.ts';
import { errorText } from '../../shared/logger.ts';
import type { Problems } from '../problems.ts';
import { stampFiles, watchFiles } from '../watch-files.ts';
import { configFiles } from './files.ts';
import { loadConfig, type LoadedConfig } from './load.ts';
import type { GatewayPaths } from './paths.ts';
import { waitingForRestart } from './restart.ts';
import type { GatewayConfig } from './schema.ts';

export interface ConfigService {
  /** The configuration now; read it at the moment of use, so that changes apply live. */
  current(): GatewayConfig;
  /** What was last read, and from where. */
  loaded(): LoadedConfig;
  /** Reads the files again. Those that are as they were change nothing, and nobody is told. */
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
  /**
   * Told after the files changed and were read again.
   * @param files those that changed
   */
  readonly onChange: (files: readonly string[]) => void;
}

export async function createConfigService(deps: ConfigDeps): Promise<ConfigService> {
  const { paths, env, problems, log, onChange: tellChange } = deps;
  const watched = configFiles(paths);
  // Before they are read: what somebody writes from now on is not missed.
  const stamps = stampFiles(watched);
  let loaded = await loadConfig(paths, env);
  let reading = Promise.resolve();
  const started = loaded.config;
  let unwatch = (): void => undefined;

  function report(): void {
    if (loaded.problems.length === 0) problems.clear('config');
    else problems.set('config', loaded.problems.join(' '));
    const waiting = waitingForRestart(started, loaded.config);
    if (waiting.length === 0) problems.clear('restart-needed');
    else {
      problems.set(
        'restart-needed',
        `${waiting.join(', ')} changed in the configuration. Restart Clawtray to apply ${waiting.length > 1 ? 'these changes' : 'this change'}.`,
      );
    }
  }

  async function readAgain(): Promise<void> {
    const before = loaded;
    loaded = await loadConfig(paths, env);
    report();
    const files = changedFiles(before, loaded);
    if (files.length === 0) return;
    tellChange(files);
    log.info('configuration read again', { files: loaded.files, problems: loaded.problems.length });
  }

  /** One after the other: what was read last is what holds. */
  function reload(): Promise<void> {
    reading = reading.catch(() => undefined).then(readAgain);
    return reading;
  }

  report();

  return {
    current: () => loaded.config,
    loaded: () => loaded,
    reload,
    watch: () => {
      unwatch = watchFiles(watched, onChange, stamps);
    },
    close: () => {
      unwatch();
    },
  };

  function onChange(): void {
    reload().catch((error: unknown) => {
      log.error('configuration could not be read again', { error: errorText(error) });
    });
  }
}

function changedFiles(before: LoadedConfig, now: LoadedConfig): readonly string[] {
  return now.sources
    .filter((source, n) => {
      const { text, wrong } = before.sources[n] ?? {};
      return source.text !== text || source.wrong !== wrong;
    })
    .map(({ file }) => file);
}
