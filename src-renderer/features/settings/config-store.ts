// The gateway's configuration, for everything here that shows or changes a part of it. A change names the state that it was
// made from, so that nothing of somebody else's is overwritten unseen.

import { RequestError } from '../../../src-main/client/client-error.ts';
import { isJsonObject, type JsonObject } from '../../../src-main/shared/json.ts';
import type { ConfigGetResult, ConfigWriteResult } from '../../../src-main/shared/protocol/config.ts';
import type { GatewayRequest } from '../../app/gateway-request.ts';

/** Which model answers where nothing else was chosen. */
export const DEFAULT_MODEL_PATH: readonly string[] = ['agents', 'defaults', 'model'];

const TIMEOUT = 10_000;

export interface ConfigActions {
  get(): Promise<ConfigGetResult>;
  /**
   * Sets one value; `null` takes it away.
   * @throws RequestError what is wrong with it
   */
  set(path: readonly string[], value: unknown): Promise<ConfigWriteResult>;
}

export function createConfigActions(request: GatewayRequest): ConfigActions {
  const get = (): Promise<ConfigGetResult> => request('config.get', {}, TIMEOUT);

  async function write(path: readonly string[], value: unknown): Promise<ConfigWriteResult> {
    const { hash, exists } = await get();
    const raw = JSON.stringify(nested(path, value));
    return request('config.patch', exists ? { raw, baseHash: hash } : { raw }, TIMEOUT);
  }

  return {
    get,
    set: async (path, value) => {
      try {
        return await write(path, value);
      } catch (error) {
        // Somebody else changed something between the two requests; this change is about one value only.
        if (!(error instanceof RequestError) || !/hash/i.test(error.message)) throw error;
        return write(path, value);
      }
    },
  };
}

function nested(path: readonly string[], value: unknown): unknown {
  return path.reduceRight((inner: unknown, key) => ({ [key]: inner }), value);
}

/** What stands at a place; `undefined` when nothing does. */
export function valueAt(config: JsonObject, path: readonly string[]): unknown {
  let place: unknown = config;
  for (const key of path) {
    if (!isJsonObject(place)) return undefined;
    place = place[key];
  }
  return place;
}
