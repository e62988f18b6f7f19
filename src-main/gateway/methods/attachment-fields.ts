// The form of attachments, the same in every method that takes a message.

import * as z from 'zod/mini';

const optional = z.exactOptional;

export const ATTACHMENTS = z.array(
  z.looseObject({
    type: optional(z.string()),
    mimeType: optional(z.string()),
    fileName: optional(z.string()),
    content: optional(z.unknown()),
    sizeBytes: optional(z.number()),
    durationMs: optional(z.number()),
    width: optional(z.number()),
    height: optional(z.number()),
  }),
);
