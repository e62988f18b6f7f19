// Reads the front matter of a SKILL.md. Strangers write these files: what is not understood is an error or left out, and
// never reaches further.

import * as z from 'zod/mini';
import { isJsonObject, parseJson } from '../../shared/json.ts';
import { describeIssues } from '../validation.ts';
import { SKILL_NAME, type SkillManifest } from './skill.ts';

/** A SKILL.md that cannot be used; the message says why. */
export class SkillFileError extends Error {}

/** Longest front matter, characters. */
const MAX_FRONT_MATTER = 32_768;
const MAX_DESCRIPTION = 2_000;

const short = z.string().check(z.maxLength(256));
const names = z.optional(z.array(short).check(z.maxLength(64)));
const flag = z.optional(z.union([z.boolean(), z.enum(['true', 'false', 'yes', 'no'])]));

const schema = z.looseObject({
  name: z.string(),
  description: z.string().check(z.minLength(1), z.maxLength(MAX_DESCRIPTION)),
  homepage: z.optional(short),
  'user-invocable': flag,
  'disable-model-invocation': flag,
  /** An object, or its JSON. */
  metadata: z.optional(z.unknown()),
});

const metadataSchema = z.looseObject({
  skillKey: z.optional(short.check(z.minLength(1))),
  emoji: z.optional(z.string().check(z.maxLength(32))),
  homepage: z.optional(short),
  primaryEnv: z.optional(short),
  always: z.optional(z.boolean()),
  os: z.optional(z.union([short, z.array(short).check(z.maxLength(16))])),
  requires: z.optional(z.looseObject({ bins: names, anyBins: names, env: names, config: names })),
});

/** Under which our part of the metadata stands, and what it was called earlier. */
const METADATA_KEYS = ['openclaw', 'clawtray', 'clawdbot', 'moltbot'] as const;

/** @throws SkillFileError */
export async function readManifest(text: string): Promise<SkillManifest> {
  const parsed = schema.safeParse(await frontMatter(text));
  if (!parsed.success) throw new SkillFileError(`its front matter is not valid: ${issues(parsed.error)}`);
  const { data } = parsed;
  const name = data.name.trim();
  if (!SKILL_NAME.test(name))
    throw new SkillFileError('its name must be lower-case letters, digits, - and _, at most 64 characters');
  const metadata = metadataSchema.safeParse(ownMetadata(data.metadata));
  if (!metadata.success) throw new SkillFileError(`its metadata is not valid: ${issues(metadata.error)}`);
  const { skillKey, emoji, homepage, primaryEnv, always = false, os = [], requires = {} } = metadata.data;
  return {
    name,
    description: oneLine(data.description),
    key: skillKey ?? name,
    emoji,
    homepage: webAddress(homepage ?? data.homepage),
    primaryEnv,
    always,
    userInvocable: isOn(data['user-invocable'], true),
    modelInvocable: !isOn(data['disable-model-invocation'], false),
    requires: {
      bins: requires.bins ?? [],
      anyBins: requires.anyBins ?? [],
      env: requires.env ?? [],
      config: requires.config ?? [],
      os: (typeof os === 'string' ? [os] : os).map(platformName),
    },
  };
}

/** What comes after the front matter. */
export function instructionsOf(text: string): string {
  return text.slice(frontMatterEnd(text)).trim();
}

const OPENING = /^\ufeff?---[ \t]*\r?\n/;
const CLOSING = /\r?\n---[ \t]*(?:\r?\n|$)/;

function frontMatterEnd(text: string): number {
  const opening = OPENING.exec(text);
  if (opening === null) return 0;
  const closing = CLOSING.exec(text.slice(opening[0].length - 1));
  return closing === null ? 0 : opening[0].length - 1 + closing.index + closing[0].length;
}

async function frontMatter(text: string): Promise<unknown> {
  const end = frontMatterEnd(text);
  if (end === 0)
    throw new SkillFileError(
      'it does not begin with front matter (---, then name and description, then ---)',
    );
  const source = text
    .slice(0, end)
    .replace(OPENING, '')
    .replace(/\r?\n---[ \t]*\r?\n?$/, '');
  if (source.length > MAX_FRONT_MATTER)
    throw new SkillFileError(`its front matter is longer than ${MAX_FRONT_MATTER} characters`);
  const { parseDocument } = await import('yaml');
  const document = parseDocument(source, { logLevel: 'error' });
  const [error] = document.errors;
  if (error !== undefined)
    throw new SkillFileError(`its front matter is not YAML: ${error.message.split('\n')[0] ?? ''}`);
  try {
    // Aliases could stand for very much, and there is no use for them here.
    return document.toJS({ maxAliasCount: 0 }) as unknown;
  } catch {
    throw new SkillFileError('its front matter uses aliases (*name); write the values out');
  }
}

function ownMetadata(written: unknown): unknown {
  const metadata = typeof written === 'string' ? parseJson(written) : written;
  if (!isJsonObject(metadata)) return {};
  const key = METADATA_KEYS.find((name) => isJsonObject(metadata[name]));
  return key === undefined ? {} : metadata[key];
}

function isOn(value: boolean | string | undefined, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  return value === true || value === 'true' || value === 'yes';
}

function platformName(written: string): string {
  const name = written.trim().toLowerCase();
  if (name === 'macos' || name === 'mac') return 'darwin';
  return name === 'windows' ? 'win32' : name;
}

/** Only what a browser may open without a thought. */
function webAddress(written: string | undefined): string | undefined {
  return written !== undefined && /^https?:\/\/[^\s]+$/i.test(written) ? written : undefined;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function issues(error: { readonly issues: Parameters<typeof describeIssues>[0] }): string {
  return describeIssues(error.issues);
}
