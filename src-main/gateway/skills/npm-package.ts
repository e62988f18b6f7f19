// Fetches a package's archive from the npm registry, over HTTPS, and checks the digest that the registry promises. The
// package manager is not involved, so nothing of the package is executed.

import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { parseJson } from '../../shared/json.ts';
import { LIMITS, SkillPackageError } from './skill-files.ts';

const MAX_METADATA = 4 * 1024 * 1024;
/** `name`, `@scope/name`, either with `@version` or a tag. */
const SPEC =
  /^(?<name>(?:@[a-z0-9~][a-z0-9._~-]*\/)?[a-z0-9~][a-z0-9._~-]*)(?:@(?<version>[A-Za-z0-9][A-Za-z0-9._+-]*))?$/;

const schema = z.looseObject({
  dist: z.looseObject({ tarball: z.string(), integrity: z.string() }),
});

/**
 * The gzipped tar archive of a package.
 * @throws SkillPackageError
 */
export async function fetchPackage(
  spec: string,
  { registry, signal }: { readonly registry: string; readonly signal: AbortSignal },
): Promise<Buffer> {
  const { name, version = 'latest' } = SPEC.exec(spec)?.groups ?? {};
  if (name === undefined || name.length > 214)
    throw new SkillPackageError(
      `"${spec.slice(0, 120)}" is not a package: write name, name@version or @scope/name.`,
    );
  const base = checkedAddress(registry, 'The npm registry');
  const about = new URL(`${name.replace('/', '%2f')}/${encodeURIComponent(version)}`, base);
  const text = (await download(about, MAX_METADATA, `${name}@${version}`, signal)).toString('utf8');
  const parsed = schema.safeParse(parseJson(text));
  if (!parsed.success)
    throw new SkillPackageError(`The registry says nothing usable about ${name}@${version}.`);
  const { tarball, integrity } = parsed.data.dist;
  const address = checkedAddress(tarball, `The archive of ${name}@${version}`);
  const archive = await download(address, LIMITS.archive, `${name}@${version}`, signal);
  if (!fitsIntegrity(archive, integrity))
    throw new SkillPackageError(
      `The archive of ${name}@${version} is not the one that the registry promises.`,
    );
  return archive;
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

function checkedAddress(written: string, what: string): URL {
  const url = URL.canParse(written)
    ? new URL(written.endsWith('/') || written.endsWith('.tgz') ? written : `${written}/`)
    : undefined;
  if (
    url !== undefined &&
    (url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname)))
  )
    return url;
  throw new SkillPackageError(`${what} has no address that is safe to use. Use one with https.`);
}

async function download(url: URL, maxBytes: number, what: string, signal: AbortSignal): Promise<Buffer> {
  try {
    const response = await fetch(url, {
      signal,
      redirect: 'error',
      headers: { accept: 'application/json, */*' },
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new SkillPackageError(
        response.status === 404
          ? `There is no package ${what}.`
          : `The npm registry answers ${response.status}.`,
      );
    }
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += (chunk as Uint8Array).length;
      if (bytes > maxBytes) throw new SkillPackageError(`${what} is larger than ${maxBytes} bytes.`);
      chunks.push(chunk as Uint8Array);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    if (error instanceof SkillPackageError) throw error;
    throw new SkillPackageError(`The npm registry cannot be reached (${reasonOf(error)}).`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  const { cause, name } = error as { cause?: { code?: string }; name?: string };
  return cause?.code ?? (name === 'TimeoutError' ? 'it takes too long' : 'no connection');
}

/** Whether data has the digest that was promised, as `sha512-<base64>`. */
function fitsIntegrity(data: Buffer, integrity: string): boolean {
  const [, algorithm, digest] = /^(sha512|sha384|sha256)-([A-Za-z0-9+/=]+)/.exec(integrity.trim()) ?? [];
  return algorithm !== undefined && createHash(algorithm).update(data).digest('base64') === digest;
}
