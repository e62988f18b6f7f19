// Where things lie. `~/.openclaw` is shared with OpenClaw; our own state is in `clawtray/` below it.

import { homedir } from 'node:os';
import path from 'node:path';
import { environmentValue } from './environment.ts';

export interface GatewayPaths {
  /** OpenClaw's state folder, which also holds the configuration. */
  readonly stateDir: string;
  /** Ours: database, token, logs, device identity. */
  readonly profileDir: string;
  /** The three shared configuration files, in the order in which they win. */
  readonly sharedConfigFiles: readonly string[];
  /** Our own settings, read last; new ones go here. */
  readonly ownConfigFile: string;
  readonly lastGoodDir: string;
  readonly tokenFile: string;
  /** Which commands may run without a question. */
  readonly execApprovalsFile: string;
  /** Which process serves this profile, and where. */
  readonly runtimeFile: string;
  /** The one before it is beside it, with `.1` at the end. */
  readonly logFile: string;
}

/** `OPENCLAW_STATE_DIR` moves everything; `OPENCLAW_CONFIG_PATH` names another main configuration file. */
export function resolvePaths(env: NodeJS.ProcessEnv): GatewayPaths {
  const stateDir = path.resolve(
    environmentValue(env, 'OPENCLAW_STATE_DIR') ?? path.join(homedir(), '.openclaw'),
  );
  const profileDir = path.join(stateDir, 'clawtray');
  return {
    stateDir,
    profileDir,
    sharedConfigFiles: [
      path.resolve(environmentValue(env, 'OPENCLAW_CONFIG_PATH') ?? path.join(stateDir, 'openclaw.json')),
      path.join(stateDir, 'config.toml'),
      path.join(stateDir, 'config.yml'),
    ],
    ownConfigFile: path.join(profileDir, 'config.json5'),
    lastGoodDir: path.join(profileDir, 'last-good'),
    execApprovalsFile: path.join(profileDir, 'exec-approvals.json'),
    tokenFile: path.join(profileDir, 'token'),
    runtimeFile: path.join(profileDir, 'gateway.json'),
    logFile: path.join(profileDir, 'logs', 'clawtray.log'),
  };
}
