// Attachments of messages: files named by the hash of what they hold, beside the database, and which conversation they belong
// to. Owns the folder and the `attachments` table.

import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { GatewayError } from '../../shared/errors.ts';
import type { AttachmentBlock } from '../../shared/protocol/chat.ts';
import { agentOfSession } from '../../shared/session-key.ts';
import { HOUR } from '../../shared/time.ts';
import type { AgentRuntime } from '../agents/agent-runtime.ts';
import { ModelError, type PromptImage } from '../runtime/model.ts';
import type { SessionService } from '../sessions/session-service.ts';
import { replaceFile } from '../store/durable-file.ts';
import type { Store } from '../store/open-store.ts';
import type { AttachmentsRepository } from '../store/repositories/attachments.ts';
import { readAttachments, type ReadAttachment, type WrittenAttachment } from './attachment-input.ts';

export interface AttachmentService {
  /**
   * Checks and keeps what comes with a message.
   * @param model `provider/model` when the message is not for the session's
   * @throws GatewayError `invalid-params` for what cannot be taken, or what the model cannot be shown
   */
  accept(
    sessionKey: string,
    written: readonly WrittenAttachment[] | undefined,
    model?: string,
  ): Promise<readonly AttachmentBlock[]>;
  /** The same for images that are read already. */
  acceptImages(
    sessionKey: string,
    images: readonly PromptImage[],
    model?: string,
  ): Promise<readonly AttachmentBlock[]>;
  /** Keeps images that belong to what is said in a session, whatever its model can be shown. They are images already. */
  keepImages(sessionKey: string, images: readonly PromptImage[]): Promise<readonly AttachmentBlock[]>;
  /** An attachment of the session's present conversation. */
  find(sessionKey: string, sha256: string): Promise<Buffer | undefined>;
  /** What a message of ours names. */
  load(sha256: string): Promise<Buffer | undefined>;
  /** Inside `store.write`: the conversation of this session holds these from now on. */
  keep(sessionKey: string, blocks: readonly AttachmentBlock[]): void;
  /** Removes the files of conversations that are gone. */
  sweep(): Promise<void>;
}

const HASH = /^[0-9a-f]{64}$/;

export function createAttachmentService(deps: {
  readonly folder: string;
  readonly store: Store;
  readonly repository: AttachmentsRepository;
  readonly sessions: SessionService;
  readonly agents: AgentRuntime;
  /** `undefined` when only a request would tell. */
  readonly takesImages: (model: { provider: string; model: string }) => boolean | undefined;
  readonly now: () => number;
}): AttachmentService {
  const { folder, store, repository, sessions, agents, takesImages, now } = deps;

  async function checkModel(
    sessionKey: string,
    read: readonly ReadAttachment[],
    wanted: string | undefined,
  ): Promise<void> {
    const chosen = wanted ?? sessions.find(sessionKey)?.settings.model;
    const { status } = await agents.model(agentOfSession(sessionKey), chosen).catch((error: unknown) => {
      throw error instanceof ModelError ? new GatewayError('invalid-params', error.message) : error;
    });
    if (status.source === 'offline')
      throw new GatewayError(
        'invalid-params',
        'The built-in assistant cannot look at attachments. Set up a model that can, or send text.',
        { details: { code: 'ATTACHMENT_REFUSED' } },
      );
    if (read.some(({ kind }) => kind === 'image') && takesImages(status) === false)
      throw new GatewayError(
        'invalid-params',
        `${status.provider}/${status.model} takes no images. Choose another model for this session, or send text.`,
        { details: { code: 'ATTACHMENT_REFUSED' } },
      );
  }

  async function save({ bytes, kind, mimeType, fileName }: ReadAttachment): Promise<AttachmentBlock> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await writeOnce(path.join(folder, sha256), bytes);
    return {
      type: kind,
      sha256,
      mimeType,
      sizeBytes: bytes.length,
      ...(fileName === undefined ? {} : { fileName }),
    };
  }

  async function acceptRead(
    sessionKey: string,
    read: readonly ReadAttachment[],
    model: string | undefined,
  ): Promise<readonly AttachmentBlock[]> {
    if (read.length === 0) return [];
    await checkModel(sessionKey, read, model);
    const blocks: AttachmentBlock[] = [];
    for (const one of read) blocks.push(await save(one));
    return blocks;
  }

  function keep(sessionKey: string, blocks: readonly AttachmentBlock[]): void {
    const session = sessions.ensure(sessionKey);
    for (const { sha256 } of blocks) repository.add(sha256, session.sessionId, now());
  }

  async function load(sha256: string): Promise<Buffer | undefined> {
    if (!HASH.test(sha256)) return undefined;
    return readFile(path.join(folder, sha256)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    });
  }

  return {
    accept: (sessionKey, written = [], model) => acceptRead(sessionKey, readAttachments(written), model),
    acceptImages: (sessionKey, images, model) =>
      acceptRead(
        sessionKey,
        images.map(({ mimeType, bytes }) => ({ kind: 'image', mimeType, fileName: undefined, bytes })),
        model,
      ),
    keepImages: async (sessionKey, images) => {
      const blocks: AttachmentBlock[] = [];
      for (const { mimeType, bytes } of images)
        blocks.push(await save({ kind: 'image', mimeType, fileName: undefined, bytes }));
      await store.write(() => {
        keep(sessionKey, blocks);
      });
      return blocks;
    },
    find: async (sessionKey, sha256) => {
      const session = sessions.find(sessionKey);
      if (session === undefined || !repository.has(sha256, session.sessionId)) return undefined;
      return load(sha256);
    },
    load,
    keep,
    sweep: async () => {
      const files = await readdir(folder).catch(() => []);
      if (files.length === 0) return;
      if (repository.hasOrphans()) await store.write(() => repository.removeOrphans());
      for (const name of files) {
        if (HASH.test(name) && repository.isKept(name)) continue;
        const file = path.join(folder, name);
        const { mtimeMs } = await stat(file);
        // A younger one may belong to a message that is on its way.
        if (mtimeMs < now() - HOUR) await rm(file, { force: true });
      }
    },
  };
}

/** Whole or absent, whatever instant the process is killed at; the same bytes are written once. */
async function writeOnce(file: string, bytes: Buffer): Promise<void> {
  const there = await access(file, constants.R_OK).then(
    () => true,
    () => false,
  );
  if (there) return;
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await replaceFile(file, bytes);
  } catch (error) {
    throw new GatewayError('unavailable', 'The attachment could not be saved. Is the disk full?', {
      retryable: true,
      cause: error,
    });
  }
}
