// Holds the running configuration, re-reads the files when they change, and says what is wrong with them.

import type { Logger } from '../../shared/logger.ts';
import { errorText } from '../../shared/logger.ts';
import type { Problems } from '../problems.ts';
import { watchFiles } from '../watch-files.ts';
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
  /** Told after the files were read again. */
  readonly onChange: () => void;
}

/** Changes to these need a restart; the rest is read at the moment of use. */
function fixedAtStart(config: GatewayConfig): string {
  const { port, tls, bind, customBindHost } = config.gateway;
  return JSON.stringify([port, tls, bind, customBindHost]);
}

export async function createConfigService(deps: ConfigDeps): Promise<ConfigService> {
  const { paths, env, problems, log, onChange: tellChange } = deps;
  let loaded = await loadConfig(paths, env);
  let reading = Promise.resolve();
  const started = fixedAtStart(loaded.config);
  let unwatch = (): void => undefined;

  function report(): void {
    if (loaded.problems.length === 0) problems.clear('config');
    else problems.set('config', loaded.problems.join(' '));
    if (fixedAtStart(loaded.config) === started) problems.clear('restart-needed');
    else
      problems.set(
        'restart-needed',
        'The port, the address or the TLS settings changed. Restart Clawtray to apply them.',
      );
  }

  async function readAgain(): Promise<void> {
    loaded = await loadConfig(paths, env);
    report();
    tellChange();
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
    files: () => loaded.files,
    reload,
    watch: () => {
      unwatch = watchFiles([...paths.sharedConfigFiles, paths.ownConfigFile], onChange);
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
