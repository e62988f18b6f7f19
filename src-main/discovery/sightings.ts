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
  const records = recordsOf(packet);
  const instances = new Map<string, string>();
  const note = (fullName: string): void => {
    const instance = instanceOf(fullName);
    if (instance !== undefined) instances.set(instance.toLowerCase(), instance);
  };
  for (const { type, name, data } of records) {
    if (type === 'PTR' && typeof data === 'string') note(data);
    if (type === 'SRV' || type === 'TXT') note(name);
  }
  return [...instances.values()].map((instance) => sightingOf(instance, records));
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

function sightingOf(instance: string, records: readonly DnsRecord[]): Sighting {
  const about = records.filter(({ name }) => instanceOf(name)?.toLowerCase() === instance.toLowerCase());
  const server = about.flatMap(readServer)[0];
  const txt = about.flatMap(({ type, data, ttl }) =>
    type === 'TXT' && ttl > 0 ? [readTxt(stringsOf(data))] : [],
  )[0];
  const goodbye = records.some(
    ({ type, ttl, data, name }) =>
      ttl === 0 &&
      ((type === 'PTR' && typeof data === 'string' && instanceOf(data) === instance) ||
        (type === 'SRV' && instanceOf(name) === instance)),
  );
  const addresses =
    server === undefined
      ? []
      : records.filter(({ name, ttl }) => ttl > 0 && sameName(name, server.host)).flatMap(readAddress);
  return {
    instance,
    goodbye,
    ...(server === undefined ? {} : { server }),
    ...(txt === undefined ? {} : { txt }),
    addresses: [...new Set(addresses)].slice(0, MAX_ADDRESSES),
  };
}

function readServer({ type, ttl, data }: DnsRecord): readonly Server[] {
  if (type !== 'SRV' || ttl <= 0 || !isJsonObject(data)) return [];
  const { target, port } = data as Record<string, unknown>;
  if (typeof target !== 'string' || target === '' || typeof port !== 'number') return [];
  return port >= 1 && port <= 65_535 ? [{ host: target.toLowerCase(), port, ttl }] : [];
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

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
