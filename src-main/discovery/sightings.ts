// What one packet from the local network says about gateways. Pure. A packet is what a stranger sent: decoded by the
// library, but of any shape and size.

import { isJsonObject } from '../shared/json.ts';
import { instanceOf } from './names.ts';
import { readTxt, type TxtFacts } from './txt-record.ts';

/** Records of one packet that are looked at; an honest answer has fewer than ten for each gateway. */
const MAX_RECORDS = 500;
const MAX_ADDRESSES = 8;

export interface Server {
  /** Name of the computer, in lower case. */
  readonly host: string;
  readonly port: number;
  /** Seconds for which this holds. */
  readonly ttl: number;
}

/** What a packet says about one gateway; parts that it does not have may have come with another one. */
export interface Sighting {
  readonly instance: string;
  /** It says that it goes. */
  readonly goodbye: boolean;
  readonly server?: Server;
  readonly txt?: TxtFacts;
  /** Addresses of its computer. */
  readonly addresses: readonly string[];
}

/**
 * @param packet a decoded response: `{ answers, additionals }` of records `{ name, type, ttl, data }`
 */
export function readPacket(packet: unknown): readonly Sighting[] {
  const found = new Map<string, Draft>();
  const hosts = new Map<string, Set<string>>();
  const about = (fullName: string): Draft | undefined => {
    const instance = instanceOf(fullName);
    if (instance === undefined) return undefined;
    const key = instance.toLowerCase();
    const draft = found.get(key) ?? { instance, goodbye: false };
    found.set(key, draft);
    return draft;
  };
  // Each record is looked at once: a packet may be made so that more than that takes seconds.
  for (const record of recordsOf(packet)) {
    const { type, name, ttl, data } = record;
    if (type === 'PTR' && typeof data === 'string') note(about(data), record);
    else if (type === 'SRV' || type === 'TXT') note(about(name), record);
    else if (ttl > 0) for (const address of readAddress(record)) addTo(hosts, name.toLowerCase(), address);
  }
  return [...found.values()].map((draft) => ({
    ...draft,
    addresses: [...(hosts.get(draft.server?.host ?? '') ?? [])],
  }));
}

type Draft = { -readonly [Key in keyof Omit<Sighting, 'addresses'>]: Sighting[Key] };

/** The first that says something counts. */
function note(draft: Draft | undefined, record: DnsRecord): void {
  if (draft === undefined) return;
  const { type, ttl, data } = record;
  if (ttl === 0 && type !== 'TXT') draft.goodbye = true;
  if (type === 'SRV') {
    const server = readServer(record);
    if (server !== undefined) draft.server ??= server;
  }
  if (type === 'TXT' && ttl > 0) draft.txt ??= readTxt(stringsOf(data));
}

function addTo(hosts: Map<string, Set<string>>, host: string, address: string): void {
  const known = hosts.get(host) ?? new Set();
  if (known.size < MAX_ADDRESSES) known.add(address);
  hosts.set(host, known);
}

interface DnsRecord {
  readonly type: string;
  readonly name: string;
  readonly ttl: number;
  readonly data: unknown;
}

function recordsOf(packet: unknown): readonly DnsRecord[] {
  if (!isJsonObject(packet)) return [];
  const all: unknown[] = [packet['answers'], packet['additionals']].flatMap((part) =>
    Array.isArray(part) ? (part as unknown[]) : [],
  );
  return all.slice(0, MAX_RECORDS).flatMap((record) => {
    if (!isJsonObject(record)) return [];
    const { type, name, ttl = 0, data } = record as Record<string, unknown>;
    if (typeof type !== 'string' || typeof name !== 'string' || typeof ttl !== 'number') return [];
    return [{ type, name, ttl, data }];
  });
}

function readServer({ ttl, data }: DnsRecord): Server | undefined {
  if (ttl <= 0 || !isJsonObject(data)) return undefined;
  const { target, port } = data as Record<string, unknown>;
  if (typeof target !== 'string' || target === '' || typeof port !== 'number') return undefined;
  return port >= 1 && port <= 65_535 ? { host: target.toLowerCase(), port, ttl } : undefined;
}

/** Only addresses that another computer can be reached at; link-local IPv6 would need its interface. */
function readAddress({ type, data }: DnsRecord): readonly string[] {
  if (typeof data !== 'string' || data.length > 45) return [];
  if (type === 'A')
    return /^\d+\.\d+\.\d+\.\d+$/.test(data) && !/^(?:0|127|22[4-9]|2[3-5]\d)\./.test(data) ? [data] : [];
  if (type === 'AAAA') return /^[0-9a-f:.]+$/i.test(data) && !/^(?:::1?$|fe80:|ff)/i.test(data) ? [data] : [];
  return [];
}

function stringsOf(data: unknown): readonly Uint8Array[] {
  const strings: readonly unknown[] = Array.isArray(data) ? data : [data];
  return strings.filter((item): item is Uint8Array => item instanceof Uint8Array);
}
