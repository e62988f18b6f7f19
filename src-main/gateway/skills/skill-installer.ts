// Installs skills in two steps: a preview shows what a package contains, and only what was shown is installed. Owns the
// folders of installed and removed skills. Nothing of a package is executed.

import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { GatewayError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { SkillPreview } from '../../shared/protocol/skills.ts';
import { MINUTE, SECOND, type Clock } from '../../shared/time.ts';
import { createSerialQueue } from '../../shared/serial-queue.ts';
import { createSynced } from '../store/durable-file.ts';
import { contentHash, SkillPackageError, type SkillPackageFile } from './skill-files.ts';
import { readManifest, SkillFileError } from './skill-manifest.ts';
import { readPackage, type SkillOrigin } from './skill-package.ts';
import type { RequirementChecker } from './skill-requirements.ts';
import type { SkillSettings } from './skill-settings.ts';
import { warningsOf } from './skill-warnings.ts';
import { MAX_SKILL_FILE, SKILL_FILE, SKILL_NAME, type SkillManifest } from './skill.ts';

export interface SkillInstaller {
  /** Reads a package and shows what is in it. @throws GatewayError `invalid-params`, `unavailable` */
  preview(origin: SkillOrigin): Promise<SkillPreview>;
  /**
   * Installs what a preview showed; a skill of the same name that was installed before is kept aside.
   * @param hash the preview's
   * @throws GatewayError `not-found` for a preview that is over; `invalid-params` when name or hash are others
   */
  install(previewId: string, name: string, hash: string): Promise<{ readonly folder: string }>;
  /** Moves an installed skill aside. @throws GatewayError `not-found` */
  remove(name: string): Promise<{ readonly keptIn: string }>;
  /** Finishes what a kill interrupted. */
  start(): Promise<void>;
}

interface Preview {
  readonly name: string;
  readonly hash: string;
  readonly files: readonly SkillPackageFile[];
  readonly until: number;
}

const PREVIEW_VALID = 15 * MINUTE;
/** They are held in memory, 20 MB each at most. */
const MAX_PREVIEWS = 3;
const FETCH_TIMEOUT = 60 * SECOND;
const MAX_LISTED = 100;
/** A skill that makes room for a new one, until that is in its place. */
const MAKING_ROOM = '.replaced-';
const HALF_WRITTEN = '.new-';

export function createSkillInstaller(deps: {
  /** Of installed skills. */
  readonly folder: string;
  /** Of skills that were removed or replaced: the last one of each name. */
  readonly removedFolder: string;
  readonly registry: string;
  readonly requirements: RequirementChecker;
  readonly settings: SkillSettings;
  readonly clock: Clock;
  readonly log: Logger;
}): SkillInstaller {
  const { folder, removedFolder, registry, requirements, settings, clock, log } = deps;
  const now = (): number => clock.now();
  const previews = new Map<string, Preview>();
  const inTurn = createSerialQueue();

  const placeOf = (name: string): string => path.join(folder, name);

  async function preview(origin: SkillOrigin): Promise<SkillPreview> {
    forgetOldPreviews();
    const signal = AbortSignal.timeout(FETCH_TIMEOUT);
    const { files, leftOut } = await told(() => readPackage(origin, { registry, signal }));
    const manifest = await told(() => manifestOf(files));
    const hash = contentHash(files);
    const id = randomUUID();
    const until = now() + PREVIEW_VALID;
    const [oldest] = previews.keys();
    if (previews.size >= MAX_PREVIEWS && oldest !== undefined) previews.delete(oldest);
    previews.set(id, { name: manifest.name, hash, files, until });
    // What nobody installs is not held for longer.
    clock.schedule(PREVIEW_VALID, forgetOldPreviews);
    const place = placeOf(manifest.name);
    const skill = {
      ...manifest,
      source: 'installed',
      folder: place,
      file: path.join(place, SKILL_FILE),
    } as const;
    return {
      uploadId: id,
      slug: manifest.name,
      description: manifest.description,
      sha256: hash,
      expiresAtMs: until,
      fileCount: files.length,
      totalBytes: files.reduce((sum, { data }) => sum + data.length, 0),
      files: files
        .slice(0, MAX_LISTED)
        .map(({ path: name, data, executable }) => ({ path: name, size: data.length, executable })),
      requirements: manifest.requires,
      missing: await requirements.missing(skill, settings.entry(manifest.key)),
      warnings: warningsOf(manifest, files, leftOut),
      replaces: await exists(place),
    };
  }

  function forgetOldPreviews(): void {
    for (const [id, { until }] of previews) if (until <= now()) previews.delete(id);
  }

  async function install(previewId: string, name: string, hash: string): Promise<{ folder: string }> {
    forgetOldPreviews();
    const wanted = previews.get(previewId);
    if (wanted === undefined)
      throw new GatewayError(
        'not-found',
        'This preview is over. Call skills.preview again, and look at what it shows.',
      );
    if (wanted.name !== name)
      throw new GatewayError(
        'invalid-params',
        `The preview shows the skill "${wanted.name}", not another one.`,
      );
    if (wanted.hash !== hash.toLowerCase() || contentHash(wanted.files) !== wanted.hash)
      throw new GatewayError(
        'invalid-params',
        'The hash is not the one of the preview, so nothing is installed.',
      );
    const place = placeOf(name);
    const half = path.join(folder, `${HALF_WRITTEN}${randomUUID()}`);
    try {
      await writeFiles(half, wanted.files);
      await settle(name);
      if (await exists(place)) await rename(place, path.join(folder, MAKING_ROOM + name));
      await rename(half, place);
      await settle(name);
    } catch (error) {
      await rm(half, { recursive: true, force: true });
      await settle(name).catch(() => undefined);
      throw asUnavailable(error);
    }
    previews.delete(previewId);
    log.info('a skill was installed', { skill: name, files: wanted.files.length });
    return { folder: place };
  }

  /** A skill that made room goes back when nothing took its place, and otherwise to the removed ones. */
  async function settle(name: string): Promise<void> {
    const aside = path.join(folder, MAKING_ROOM + name);
    if (!(await exists(aside))) return;
    if (await exists(placeOf(name))) await keep(aside, name);
    else await rename(aside, placeOf(name));
  }

  async function keep(from: string, name: string): Promise<string> {
    const to = path.join(removedFolder, name);
    await mkdir(removedFolder, { recursive: true, mode: 0o700 });
    await rm(to, { recursive: true, force: true });
    await rename(from, to);
    return to;
  }

  return {
    preview: (origin) => inTurn(() => preview(origin)),
    install: (previewId, name, hash) => inTurn(() => install(previewId, name, hash)),
    remove: (name) =>
      inTurn(async () => {
        // Names of folders come of it.
        if (!SKILL_NAME.test(name) || !(await exists(placeOf(name))))
          throw new GatewayError(
            'not-found',
            `No skill "${name.slice(0, 64)}" was installed here. skills.status says where each one lies.`,
          );
        try {
          const keptIn = await keep(placeOf(name), name);
          log.info('a skill was removed', { skill: name });
          return { keptIn };
        } catch (error) {
          throw asUnavailable(error);
        }
      }),
    start: async () => {
      const names = await readdir(folder).catch(() => []);
      for (const name of names) {
        if (name.startsWith(HALF_WRITTEN))
          await rm(path.join(folder, name), { recursive: true, force: true });
        if (name.startsWith(MAKING_ROOM)) await settle(name.slice(MAKING_ROOM.length));
      }
    },
  };
}

async function manifestOf(files: readonly SkillPackageFile[]): Promise<SkillManifest> {
  const file = files.find(({ path: name }) => name === SKILL_FILE);
  if (file === undefined || file.data.length > MAX_SKILL_FILE)
    throw new SkillPackageError(`${SKILL_FILE} is longer than ${MAX_SKILL_FILE} bytes. It is not installed.`);
  try {
    return await readManifest(new TextDecoder('utf-8', { fatal: true }).decode(file.data));
  } catch (error) {
    if (error instanceof SkillFileError)
      throw new SkillPackageError(`${SKILL_FILE} cannot be used: ${error.message}.`);
    if (error instanceof TypeError) throw new SkillPackageError(`${SKILL_FILE} is not text in UTF-8.`);
    throw error;
  }
}

/** For their owner alone; each on the disk before the folder gets its name. */
async function writeFiles(folder: string, files: readonly SkillPackageFile[]): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const { path: name, data, executable } of files) {
    const place = path.join(folder, ...name.split('/'));
    await mkdir(path.dirname(place), { recursive: true, mode: 0o700 });
    await createSynced(place, data, executable ? 0o700 : 0o600);
  }
}

async function told<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SkillPackageError)
      throw new GatewayError('invalid-params', error.message, { cause: error });
    throw asUnavailable(error);
  }
}

function asUnavailable(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof GatewayError || typeof code !== 'string') return error;
  return new GatewayError('unavailable', `The files of the skill cannot be used (${code}).`, {
    cause: error,
  });
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
