// Which other gateways a person uses: names, addresses, accepted certificates, and which one the window shows. One private
// file in the profile, written whole before anything is answered. No secret is in it.

import { renameSync } from 'node:fs';
import * as z from 'zod/mini';
import { readPrivateFile, writePrivateFile } from '../../gateway/store/durable-file.ts';
import { OWN_GATEWAY, SIGN_IN_KINDS } from '../../shared/gateways.ts';
import { isJsonObject, parseJson } from '../../shared/json.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import { say } from '../words/words.ts';

/** More than a person can look after. */
export const MAX_GATEWAYS = 50;
/** Of one gateway. */
export const MAX_URLS = 8;

const FINGERPRINT = /^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/;

const recordSchema = z
  .object({
    id: z.string().check(z.regex(/^[0-9a-f-]{36}$/)),
    name: z.string().check(z.minLength(1), z.maxLength(64)),
    /** `ws://` or `wss://`, without user, query and fragment; all of them the same gateway. */
    urls: z
      .array(z.string().check(z.regex(/^wss?:\/\/[^@?#\s]+$/), z.maxLength(512)))
      .check(z.minLength(1), z.maxLength(MAX_URLS)),
    /** The certificate that a person accepted. With it all addresses are reached over TLS, without it none. */
    fingerprint: z.optional(z.string().check(z.regex(FINGERPRINT))),
    signIn: z.enum(SIGN_IN_KINDS),
    /** What the device was paired for, where that is not everything. */
    scopes: z.optional(z.array(z.string().check(z.maxLength(64))).check(z.maxLength(32))),
    /** The name under which it announces itself in the network. */
    announcedAs: z.optional(z.string().check(z.maxLength(512))),
    onDuty: z.boolean(),
    /** ms since the epoch. */
    lastConnectedMs: z.optional(z.number()),
  })
  .check(
    z.refine(({ urls, fingerprint }) =>
      urls.every((url) => url.startsWith('wss:') === (fingerprint !== undefined)),
    ),
  );

const fileSchema = z.object({ version: z.literal(1), selected: z.string(), gateways: z.array(recordSchema) });

export type GatewayRecord = z.infer<typeof recordSchema>;

export interface GatewayRegistry {
  list(): readonly GatewayRecord[];
  find(id: string): GatewayRecord | undefined;
  /** The gateway that the window shows. */
  selected(): string;
  /** What was wrong with the file when it was read, for people. */
  readonly problem: string | undefined;
  /** All of these are on disk when they return. @throws StoreUnavailableError when the disk does not take it */
  add(record: GatewayRecord): void;
  change(id: string, change: (record: GatewayRecord) => GatewayRecord): void;
  remove(id: string): void;
  select(id: string): void;
}

type Content = z.infer<typeof fileSchema>;

const NOTHING: Content = { version: 1, selected: OWN_GATEWAY, gateways: [] };

export function openGatewayRegistry(file: string, log: Logger): GatewayRegistry {
  const { content: read, problem } = readContent(file, log);
  let content = read;

  function write(next: Content): void {
    writePrivateFile(file, `${JSON.stringify(next, null, 2)}\n`);
    content = next;
  }

  const find = (id: string): GatewayRecord | undefined => content.gateways.find((one) => one.id === id);

  return {
    list: () => content.gateways,
    find,
    selected: () => (find(content.selected) === undefined ? OWN_GATEWAY : content.selected),
    problem,
    add: (record) => {
      write({ ...content, gateways: [...content.gateways, record] });
    },
    change: (id, change) => {
      if (find(id) === undefined) return;
      write({ ...content, gateways: content.gateways.map((one) => (one.id === id ? change(one) : one)) });
    },
    remove: (id) => {
      write({ ...content, gateways: content.gateways.filter((one) => one.id !== id) });
    },
    select: (id) => {
      if (content.selected !== id) write({ ...content, selected: id });
    },
  };
}

/** People edit files, and disks break: what is valid is used, and the file as it was is kept beside. */
function readContent(
  file: string,
  log: Logger,
): { readonly content: Content; readonly problem: string | undefined } {
  let text: string | undefined;
  try {
    text = readPrivateFile(file);
  } catch (error) {
    return { content: NOTHING, problem: errorText(error) };
  }
  if (text === undefined) return { content: NOTHING, problem: undefined };
  const json = parseJson(text);
  const whole = fileSchema.safeParse(json);
  if (whole.success) return { content: whole.data, problem: undefined };
  const kept = `${file}.broken`;
  try {
    renameSync(file, kept);
  } catch (error) {
    log.warn('a broken list of gateways could not be moved aside', { error: errorText(error) });
  }
  const candidates =
    isJsonObject(json) && Array.isArray(json['gateways']) ? (json['gateways'] as unknown[]) : [];
  const gateways = candidates.slice(0, MAX_GATEWAYS).flatMap((candidate) => {
    const parsed = recordSchema.safeParse(candidate);
    return parsed.success ? [parsed.data] : [];
  });
  const content = { ...NOTHING, gateways };
  if (gateways.length > 0) writePrivateFile(file, `${JSON.stringify(content, null, 2)}\n`);
  return {
    content,
    problem: say('gateways.damaged', { file: kept }),
  };
}
