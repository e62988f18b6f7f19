// How the command line gets at the configuration: through the gateway that works with it, so that a change holds at once, or
// in the files when none runs.

import { randomBytes } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { describeChange, describeState } from '../gateway/config/answers.ts';
import { createConfigEditor } from '../gateway/config/config-editor.ts';
import { describeConfig, lookUpSchema } from '../gateway/config/describe.ts';
import { resolvePaths } from '../gateway/config/paths.ts';
import { VERSION } from '../shared/brand.ts';
import type { ConfigGetResult, ConfigWriteResult } from '../shared/protocol/config.ts';
import { connected, findOwnGateway } from './client.ts';

export interface ConfigAccess {
  /** Whether a gateway takes changes over at once. */
  readonly live: boolean;
  get(): Promise<ConfigGetResult>;
  set(raw: string, baseHash: string): Promise<ConfigWriteResult>;
  /** JSON Schema, whole or of one place. @throws Error when there is no such place */
  schema(path: string | undefined): Promise<unknown>;
}

const TIMEOUT = 10_000;

export async function withConfig<T>(
  env: NodeJS.ProcessEnv,
  work: (access: ConfigAccess) => Promise<T>,
): Promise<T> {
  const target = await findOwnGateway(env);
  if (target === undefined) return work(filesAccess(env));
  return connected(target, (connection) =>
    work({
      live: true,
      get: () => connection.request('config.get', {}, TIMEOUT),
      set: (raw, baseHash) => connection.request('config.set', { raw, baseHash }, TIMEOUT),
      schema: (path) =>
        path === undefined
          ? connection.request('config.schema', {}, TIMEOUT)
          : connection.request('config.schema.lookup', { path }, TIMEOUT),
    }),
  );
}

function filesAccess(env: NodeJS.ProcessEnv): ConfigAccess {
  const paths = resolvePaths(env);
  const configPath = paths.ownConfigFile;
  const editor = createConfigEditor({
    paths,
    env,
    interfaces: networkInterfaces,
    // The names of states are compared within this process only.
    hashKey: randomBytes(32),
    wait: (ms) => wait(ms),
  });
  return {
    live: false,
    get: async () => {
      const state = await editor.read();
      return describeState(state, { configPath, appliedHash: state.hash, running: state });
    },
    set: async (raw, baseHash) =>
      describeChange('config-set', await editor.replace({ raw, baseHash }), { configPath, ts: Date.now() }),
    schema: (path) => {
      if (path === undefined) return Promise.resolve(describeConfig(VERSION, Date.now()));
      const found = lookUpSchema(path);
      return found === undefined
        ? Promise.reject(new Error(`config schema path not found: ${path}`))
        : Promise.resolve(found);
    },
  };
}
