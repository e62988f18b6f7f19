// What lets this app in at other gateways: tokens, passwords, device tokens. Sealed by the system's secret store and kept in
// one private file; where the system has none, in memory until the app ends, unless the person agreed to less.

import * as z from 'zod/mini';
import { readPrivateFile, writePrivateFile } from '../../gateway/store/durable-file.ts';
import type { GatewayEntry, SecretKeeping } from '../../shared/gateways.ts';
import { parseJson } from '../../shared/json.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import { createSerialQueue } from '../../shared/serial-queue.ts';

const secretSchema = z.object({
  token: z.optional(z.string()),
  password: z.optional(z.string()),
  deviceToken: z.optional(z.string()),
  setupCode: z.optional(z.string()),
});

export type GatewaySecret = z.infer<typeof secretSchema>;

/** The system's secret store. */
export interface SecretBox {
  keeping(): Promise<SecretKeeping>;
  /** Rejects when the system does not do it. */
  seal(text: string): Promise<Buffer>;
  open(sealed: Buffer): Promise<string>;
}

export type HowKept = Exclude<GatewayEntry['secret'], 'none'>;

export interface SecretStore {
  keeping(): Promise<SecretKeeping>;
  /** `undefined` when there is none, or the system does not give it out. */
  read(id: string): Promise<GatewaySecret | undefined>;
  /** @param weakAccepted it may be kept where other programs of the person can read it */
  write(id: string, secret: GatewaySecret, weakAccepted: boolean): Promise<HowKept>;
  /** Replaces it and keeps it in the way in which it was kept before. */
  replace(id: string, secret: GatewaySecret): Promise<HowKept>;
  forget(id: string): Promise<void>;
  how(id: string): HowKept;
}

const fileSchema = z.object({
  version: z.literal(1),
  secrets: z.record(z.string(), z.object({ sealed: z.string(), keeping: z.enum(['system', 'weak']) })),
});

type Kept = z.infer<typeof fileSchema>['secrets'];

export function openSecretStore(file: string, box: SecretBox, log: Logger): SecretStore {
  const inTurn = createSerialQueue();
  const opened = new Map<string, GatewaySecret>();
  let kept = readKept(file, log);

  function save(next: Kept): void {
    writePrivateFile(file, `${JSON.stringify({ version: 1, secrets: next })}\n`);
    kept = next;
  }

  function how(id: string): HowKept {
    const entry = kept[id];
    if (entry !== undefined) return entry.keeping === 'system' ? 'kept' : 'kept-weakly';
    return opened.has(id) ? 'this-run' : 'missing';
  }

  function drop(id: string): void {
    opened.delete(id);
    if (!(id in kept)) return;
    save(Object.fromEntries(Object.entries(kept).filter(([one]) => one !== id)));
  }

  async function write(id: string, secret: GatewaySecret, weakAccepted: boolean): Promise<HowKept> {
    const keeping = await box.keeping();
    if (keeping === 'none' || (keeping === 'weak' && !weakAccepted)) {
      drop(id);
    } else {
      try {
        const sealed = (await box.seal(JSON.stringify(secret))).toString('base64');
        save({ ...kept, [id]: { sealed, keeping } });
      } catch (error) {
        log.warn('a secret could not be kept', { error: errorText(error) });
        drop(id);
      }
    }
    opened.set(id, secret);
    return how(id);
  }

  return {
    keeping: () => box.keeping(),
    read: (id) =>
      inTurn(async () => {
        const known = opened.get(id);
        const entry = kept[id];
        if (known !== undefined || entry === undefined) return known;
        try {
          const text = await box.open(Buffer.from(entry.sealed, 'base64'));
          const parsed = secretSchema.safeParse(parseJson(text));
          if (!parsed.success) return undefined;
          opened.set(id, parsed.data);
          return parsed.data;
        } catch (error) {
          log.warn('the system does not give a secret out', { error: errorText(error) });
          return undefined;
        }
      }),
    write: (id, secret, weakAccepted) => inTurn(() => write(id, secret, weakAccepted)),
    replace: (id, secret) => inTurn(() => write(id, secret, how(id) === 'kept-weakly')),
    forget: (id) =>
      inTurn(() => {
        drop(id);
        return Promise.resolve();
      }),
    how,
  };
}

/** A file that cannot be read costs a sign-in and nothing else. */
function readKept(file: string, log: Logger): Kept {
  try {
    const text = readPrivateFile(file);
    if (text === undefined) return {};
    const parsed = fileSchema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data.secrets;
    log.warn('the secrets of other gateways cannot be read', { file });
  } catch (error) {
    log.warn('the secrets of other gateways cannot be read', { error: errorText(error) });
  }
  return {};
}
