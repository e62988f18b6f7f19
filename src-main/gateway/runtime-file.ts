// Which process serves a profile, where, and with which certificate: for the command line and for a second start. Holds no secret.

import { readFileSync, rmSync } from 'node:fs';
import * as z from 'zod/mini';
import { parseJson } from '../shared/json.ts';
import { writePrivateFile } from './store/durable-file.ts';

const schema = z.object({
  pid: z.int(),
  port: z.int(),
  host: z.string(),
  version: z.string(),
  startedAtMs: z.number(),
  /** Set while the gateway serves TLS; `fingerprint` is the SHA-256 of its certificate, `AB:CD:…`. */
  tls: z.optional(z.object({ fingerprint: z.string() })),
});

export type RuntimeInfo = z.infer<typeof schema>;

export function writeRuntimeFile(file: string, info: RuntimeInfo): void {
  writePrivateFile(file, `${JSON.stringify(info, null, 2)}\n`);
}

/** What the last process of this profile wrote; it may be gone by now. */
export function readRuntimeFile(file: string): RuntimeInfo | undefined {
  try {
    const parsed = schema.safeParse(parseJson(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

export function removeRuntimeFile(file: string): void {
  rmSync(file, { force: true });
}
