// `clawtray devices`: which devices and nodes wait for an approval or have one, and the decision about them.

import type { GatewayConnection } from '../client/connection.ts';
import type { DevicePairListResult, PairedDevice, PendingDevice } from '../shared/protocol/devices.ts';
import type { NodePairListResult, PendingNode } from '../shared/protocol/nodes.ts';
import { withGateway } from './client.ts';
import { print } from './output.ts';

const TIMEOUT = 10_000;
/** Ids are long; their beginning is enough as long as only one fits. */
const SHOWN = 8;

export interface Lists {
  readonly devices: DevicePairListResult;
  readonly nodes: NodePairListResult;
}

/** @returns the exit code */
export function listDevices(asJson: boolean): Promise<number> {
  return withGateway(async (connection) => {
    const lists = await fetchLists(connection);
    if (asJson) print(JSON.stringify(lists, null, 2));
    else for (const line of deviceLines(lists)) print(line);
  });
}

/**
 * Decides about a request, of a device or of a node.
 * @param id the request's id, or its beginning
 * @returns the exit code
 */
export function decide(id: string, decision: 'approve' | 'reject'): Promise<number> {
  return withGateway(async (connection) => {
    const { devices, nodes } = await fetchLists(connection);
    const request = only(
      id,
      [...devices.pending.map(asDevice), ...nodes.pending.map(asNode)],
      'request that waits',
    );
    await connection.request(`${request.kind}.pair.${decision}`, { requestId: request.id }, TIMEOUT);
    print(`${decision === 'approve' ? 'Approved' : 'Rejected'}: ${request.about}`);
  });
}

/** @param id the device's id, or its beginning */
export function removeDevice(id: string): Promise<number> {
  return withGateway(async (connection) => {
    const { devices } = await fetchLists(connection);
    const paired = devices.paired.map((device) => ({ id: device.deviceId, about: nameOf(device) }));
    const device = only(id, paired, 'paired device');
    await connection.request('device.pair.remove', { deviceId: device.id }, TIMEOUT);
    print(`Removed: ${device.about}`);
  });
}

async function fetchLists(connection: GatewayConnection): Promise<Lists> {
  const [devices, nodes] = await Promise.all([
    connection.request('device.pair.list', {}, TIMEOUT),
    connection.request('node.pair.list', {}, TIMEOUT),
  ]);
  return { devices, nodes };
}

/** The one that an id or its beginning names. */
function only<Entry extends { readonly id: string; readonly about: string }>(
  id: string,
  entries: readonly Entry[],
  what: string,
): Entry {
  const fitting = entries.filter((entry) => entry.id.startsWith(id));
  const [first] = fitting;
  if (first === undefined) throw new Error(`There is no ${what} with the id ${id}. See “clawtray devices”.`);
  if (fitting.length > 1) throw new Error(`The id ${id} fits ${fitting.length} times. Write more of it.`);
  return first;
}

function asDevice(request: PendingDevice): { kind: 'device'; id: string; about: string } {
  const wanted = (request.scopes ?? []).map(shortScope).join(', ') || 'no scopes';
  const role = request.role ?? 'operator';
  const from = request.remoteIp === undefined ? '' : `, from ${request.remoteIp}`;
  const again = request.isRepair === true ? ' (approved for less before)' : '';
  return {
    kind: 'device',
    id: request.requestId,
    about: `${nameOf(request)}${from} wants to be ${role} with ${wanted}${again}`,
  };
}

function asNode(request: PendingNode): { kind: 'node'; id: string; about: string } {
  const offered = [...request.commands, ...request.caps].join(', ') || 'nothing';
  return { kind: 'node', id: request.requestId, about: `node ${nameOf(request)} offers ${offered}` };
}

/** The lines of `clawtray devices`. */
function deviceLines({ devices, nodes }: Lists): readonly string[] {
  const waiting = [...devices.pending.map(asDevice), ...nodes.pending.map(asNode)];
  const paired = devices.paired.map(pairedLine);
  return [
    ...(waiting.length === 0 ? ['Nobody waits for an approval.'] : ['Waiting for an approval:']),
    ...waiting.map(({ id, about }) => `  ${id.slice(0, SHOWN)}  ${about}`),
    ...(paired.length === 0 ? [] : ['', 'Paired:', ...paired]),
  ];
}

function pairedLine(device: PairedDevice): string {
  const scopes = device.scopes.map(shortScope).join(', ') || 'no scopes';
  const state = device.connected ? 'connected' : `last seen ${new Date(device.lastSeenAtMs).toISOString()}`;
  return `  ${device.deviceId.slice(0, SHOWN)}  ${nameOf(device)}: ${device.roles.join(', ')} with ${scopes}, ${state}`;
}

function nameOf(about: { readonly displayName?: string; readonly platform?: string }): string {
  const platform = about.platform ?? '';
  const name = about.displayName ?? 'a device without a name';
  return platform === '' ? name : `${name} (${platform})`;
}

function shortScope(scope: string): string {
  return scope.replace(/^operator\./, '');
}
