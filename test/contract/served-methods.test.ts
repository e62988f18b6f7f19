import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createRpcMethods } from '../../src-main/client/rpc-methods.ts';
import { connectNative } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import { PENDING, SERVED, SERVED_IN_DIALECT, UNSERVED } from './served-methods.ts';

/** The methods that a package's code calls. */
function calledBy(packageName: string): readonly string[] {
  const folder = path.dirname(fileURLToPath(import.meta.resolve(packageName)));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.m?js$/.test(name),
  );
  const calls = files.flatMap((name) => [
    ...readFileSync(path.join(folder, name), 'utf8').matchAll(/\brequest\w*\(\s*["'`]([\w.-]+)["'`]/g),
  ]);
  return [...new Set(calls.flatMap(([, method]) => (method === undefined ? [] : [method])))];
}

/** The methods of the gateway overview's namespaces, as our own client has them. */
async function ofTheOverview(): Promise<readonly string[]> {
  const called: string[] = [];
  const callAll = async (place: unknown): Promise<void> => {
    if (typeof place === 'function') await (place as (params: object) => Promise<unknown>)({});
    if ((typeof place === 'object' && place !== null) || typeof place === 'function')
      for (const inner of Object.values(place)) await callAll(inner);
  };
  await callAll(
    createRpcMethods(
      (method) => {
        called.push(method);
        return Promise.resolve({});
      },
      () => 'key',
    ),
  );
  return called;
}

describe('the methods that the documents name', () => {
  test.each(['@openclaw/gateway-client', 'openclaw-node'])(
    'include every one that %s calls',
    (packageName) => {
      const called = calledBy(packageName);
      expect(called.length).toBeGreaterThan(2);
      const listed = new Set([...SERVED, ...PENDING, ...Object.keys(UNSERVED)]);
      expect(called.filter((method) => !listed.has(method))).toEqual([]);
    },
  );

  test('include every one of the overview’s namespaces', async () => {
    const listed = new Set([...SERVED, ...PENDING]);
    const named = await ofTheOverview();
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((method) => !listed.has(method))).toEqual([]);
  });

  test('are in hello-ok', async () => {
    const { methods } = (await connectNative(await startGateway())).hello.features;
    expect(SERVED.filter((method) => !methods.includes(method))).toEqual([]);
  });

  test('and are still pending are not in hello-ok: what is served belongs into the list of what is', async () => {
    const { methods } = (await connectNative(await startGateway())).hello.features;
    expect([...PENDING, ...Object.keys(UNSERVED)].filter((method) => methods.includes(method))).toEqual([]);
  });

  test('are served in the formats of their documents', async () => {
    const client = await connectNative(await startGateway());
    const { methods } = await client.request('gateway.methods', {});
    const served = new Set(
      methods.flatMap(({ name, dialects }) => dialects.map((dialect) => `${dialect} ${name}`)),
    );
    expect(SERVED_IN_DIALECT.filter(([dialect, name]) => !served.has(`${dialect} ${name}`))).toEqual([]);
  });
});
