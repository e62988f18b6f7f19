// `clawtray node`: offers this computer to another gateway. The gateway of this profile holds the connection, because its
// rules and its people decide what runs; where none runs yet, this command is it.

import type { GatewayConnection } from '../client/connection.ts';
import type {
  NodeLink,
  NodeLinksListResult,
  NodeLinkState,
  NodeOffer,
} from '../shared/protocol/node-links.ts';
import { findOwnGateway, toldFailure, withGateway } from './client.ts';
import { runGateway } from './gateway-command.ts';
import { commandLine, print } from './output.ts';

const TIMEOUT = 10_000;
const ASK_AGAIN = 250;

export interface NodeFlags {
  readonly gateway?: string;
  readonly fingerprint?: string;
  readonly code?: string;
  readonly name?: string;
  readonly offer?: readonly NodeOffer[];
  readonly json?: boolean;
}

/** @returns the exit code; 0 also when somebody over there still has to approve it */
export async function runNode(
  flags: NodeFlags,
  folders: { readonly pagesFolder: string; readonly skillsFolder: string },
): Promise<number> {
  if (flags.gateway === undefined && flags.code === undefined) return listLinks(flags.json === true);
  return toldFailure(async () => {
    if ((await findOwnGateway(process.env)) !== undefined) return offerTo(flags);
    return runGateway({ ...folders, onStarted: () => offerTo(flags) });
  });
}

function listLinks(asJson: boolean): Promise<number> {
  return withGateway(async (connection) => {
    const list = await read(connection);
    if (asJson) print(JSON.stringify(list, null, 2));
    else for (const line of linesOf(list)) print(line);
  });
}

/**
 * Ends an offer.
 * @param wanted the name, the address, or the beginning of the id
 * @returns the exit code
 */
export function removeLink(wanted: string): Promise<number> {
  return withGateway(async (connection) => {
    const { links } = await read(connection);
    const link = links.find(
      ({ id, name, url }) => name === wanted || url === wanted || id.startsWith(wanted),
    );
    if (link === undefined)
      throw new Error(`This computer is offered to no gateway “${wanted}”. See “${commandLine('node')}”.`);
    await connection.request('node.links.remove', { id: link.id }, TIMEOUT);
    print(`Not offered any more: ${link.name} (${link.url})`);
  });
}

function offerTo({ gateway, fingerprint, code, name, offer = [] }: NodeFlags): Promise<number> {
  return withGateway(async (connection) => {
    const known = (await read(connection)).links.find(({ url }) => url === gateway);
    const { link } =
      known === undefined
        ? await connection.request(
            'node.links.add',
            {
              ...(gateway === undefined ? {} : { url: gateway }),
              ...(fingerprint === undefined ? {} : { fingerprint }),
              ...(code === undefined ? {} : { code }),
              ...(name === undefined ? {} : { name }),
              offers: offer,
            },
            TIMEOUT,
          )
        : await connection.request(
            'node.links.set',
            { id: known.id, enabled: true, offers: offer, ...(code === undefined ? {} : { code }) },
            TIMEOUT,
          );
    print(`Offered to ${link.name} (${link.url}): ${offered(link)}`);
    print(stateInWords(await settled(connection, link)));
    if (link.offers.includes('run'))
      print(`What it wants to run waits for you: ${commandLine('approvals')}.`);
  });
}

/** How the connection is once something came of it, or after ten seconds. */
async function settled(connection: GatewayConnection, link: NodeLink): Promise<NodeLinkState> {
  const until = Date.now() + TIMEOUT;
  for (;;) {
    const { links } = await read(connection);
    const state = links.find(({ id }) => id === link.id)?.state ?? { status: 'off' };
    if (state.status !== 'connecting' || Date.now() > until) return state;
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN));
  }
}

function read(connection: GatewayConnection): Promise<NodeLinksListResult> {
  return connection.request('node.links.list', {}, TIMEOUT);
}

function linesOf({ links }: NodeLinksListResult): readonly string[] {
  if (links.length === 0) return ['This computer is offered to no other gateway.'];
  return links.map((link) => `${link.name}  ${link.url}  ${offered(link)}\n    ${stateInWords(link.state)}`);
}

const offered = ({ offers }: NodeLink): string => (offers.length === 0 ? 'nothing' : offers.join(', '));

function stateInWords(state: NodeLinkState): string {
  switch (state.status) {
    case 'off':
      return 'Switched off.';
    case 'connecting':
      return 'Connecting …';
    case 'connected':
      return 'Connected. What is offered can be used once somebody there approves it.';
    case 'waiting':
      return `Not reached: ${state.reason}`;
    case 'pairing':
      return 'Somebody there has to let this computer in: clawtray devices, on that gateway.';
    case 'refused':
      return `Turned away: ${state.reason}`;
  }
}
