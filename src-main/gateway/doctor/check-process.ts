// Who serves this profile, whether its port is free, and how strong its secret is. The secret itself is never told.

import { existsSync } from 'node:fs';
import { errorText } from '../../shared/logger.ts';
import { DEFAULT_PORT } from '../../shared/brand.ts';
import { readKnownSecret } from '../auth/known-secret.ts';
import type { GatewayConfig } from '../config/schema.ts';
import type { GatewayPaths } from '../config/paths.ts';
import { identifyPortOwner } from '../port-owner.ts';
import { readRuntimeFile, removeRuntimeFile } from '../runtime-file.ts';
import { readKnownCertificates } from '../tls/known-certificates.ts';
import type { Finding } from './finding.ts';

const SHORT_SECRET = 16;

export interface ProcessCheck {
  readonly findings: readonly Finding[];
  /** The process that serves this profile now. */
  readonly servedBy: number | undefined;
}

export async function checkProcess(options: {
  readonly paths: GatewayPaths;
  readonly env: NodeJS.ProcessEnv;
  readonly config: GatewayConfig;
  readonly repair: boolean;
}): Promise<ProcessCheck> {
  const { paths, env, config, repair } = options;
  const info = readRuntimeFile(paths.runtimeFile);
  const port = info?.port ?? (Number(env['OPENCLAW_GATEWAY_PORT']) || (config.gateway.port ?? DEFAULT_PORT));
  const secret = await readKnownSecret(paths, env);
  const owner = await identifyPortOwner(port, secret, await readKnownCertificates(paths, env));
  const strength = secretStrength(secret, config);
  const check = 'process';
  if (owner.kind === 'clawtray' && owner.ours) {
    const process_ = info === undefined ? '' : ` (process ${info.pid})`;
    return {
      findings: [
        {
          check,
          state: 'ok',
          message: `The gateway of this profile runs on port ${port}${process_}, version ${owner.version}.`,
        },
        ...strength,
      ],
      servedBy: info?.pid ?? 0,
    };
  }
  const stale = info !== undefined && !isAlive(info.pid) ? [staleFile(paths, info.pid, repair)] : [];
  return { findings: [...stale, portFinding(owner.kind, port), ...strength], servedBy: undefined };
}

function staleFile(paths: GatewayPaths, pid: number, repair: boolean): Finding {
  const finding: Finding = {
    check: 'process.runtime-file',
    state: 'note',
    message: `${paths.runtimeFile} names process ${pid}, which is gone. The next start replaces it.`,
    repairable: true,
  };
  if (!repair) return finding;
  try {
    removeRuntimeFile(paths.runtimeFile);
    return { ...finding, repaired: 'It is removed.' };
  } catch (error) {
    return { ...finding, hint: `It could not be removed: ${errorText(error)}` };
  }
}

function portFinding(kind: 'clawtray' | 'openclaw' | 'other' | 'nobody', port: number): Finding {
  const check = 'process.port';
  const another = `Stop it, or choose another port with OPENCLAW_GATEWAY_PORT or gateway.port.`;
  switch (kind) {
    case 'nobody':
      return { check, state: 'ok', message: `No gateway runs, and port ${port} is free.` };
    case 'clawtray':
      return {
        check,
        state: 'warning',
        message: `A Clawtray gateway of another profile listens on port ${port}.`,
        hint: another,
      };
    case 'openclaw':
      return {
        check,
        state: 'note',
        message: `An OpenClaw gateway listens on port ${port}. The app attaches to it; "clawtray gateway" needs another port.`,
      };
    case 'other':
      return { check, state: 'warning', message: `Another program listens on port ${port}.`, hint: another };
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function secretStrength(secret: string | undefined, config: GatewayConfig): readonly Finding[] {
  const check = 'secret';
  const { auth } = config.gateway;
  if (auth?.mode === 'none' || auth?.enabled === false) {
    return [
      {
        check,
        state: 'warning',
        message: 'Sign-in is off: every program on this computer can use this gateway.',
        hint: 'Remove gateway.auth.mode to get a token made for you.',
      },
    ];
  }
  if (secret === undefined)
    return [{ check, state: 'note', message: 'There is no token yet; the first start makes one.' }];
  if (secret.trim().length < SHORT_SECRET || new Set(secret).size < SHORT_SECRET / 2) {
    return [
      {
        check,
        state: 'warning',
        message: 'The gateway’s token or password is short or repeats itself, so it can be guessed.',
        hint: 'Use at least 16 varied characters, or remove it to get one made for you.',
      },
    ];
  }
  return [{ check, state: 'ok', message: 'The gateway’s secret is long enough.' }];
}

/** A lock that nobody's gateway explains: some other program has the database open. */
export function lockedBy(file: string, servedBy: number | undefined): Finding | undefined {
  if (!existsSync(file)) return undefined;
  return {
    check: 'database',
    state: servedBy === undefined ? 'warning' : 'note',
    message:
      servedBy === undefined
        ? `Another process has ${file} open, and it does not answer as a gateway.`
        : 'The database is in use by the running gateway, so it was not looked into.',
    hint: 'Stop it and run doctor again to check the database.',
  };
}
