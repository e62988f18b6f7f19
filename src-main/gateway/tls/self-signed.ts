// Makes a certificate for this machine that nobody but its owner vouches for. The library is loaded when one is made.

import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { writePrivateFile } from '../store/durable-file.ts';
import { DAY } from '../../shared/time.ts';
import { fingerprintOf } from './certificate-pair.ts';

/** A pair is there already and was not to be replaced. */
export class PairExistsError extends Error {
  constructor(file: string) {
    super(`${file} is there already. Nothing was changed; --force makes a new pair.`);
    this.name = 'PairExistsError';
  }
}

/** Browsers and systems refuse certificates that are valid for longer than 825 days, some of them for more than 398. */
const VALID_FOR = 397 * DAY;
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*$/i;

/**
 * Writes the pair, the key first, both with mode 0600.
 * @returns the SHA-256 fingerprint of the certificate
 * @throws PairExistsError; StoreUnavailableError when a file cannot be written
 */
export async function writeSelfSignedPair(
  files: { readonly certPath: string; readonly keyPath: string },
  options: { readonly force: boolean; readonly now: number },
): Promise<string> {
  for (const file of [files.certPath, files.keyPath]) {
    if (!options.force && existsSync(file)) throw new PairExistsError(file);
  }
  const { generate } = await import('selfsigned');
  const pair = await generate([{ name: 'commonName', value: 'Clawtray gateway' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(options.now - DAY),
    notAfterDate: new Date(options.now + VALID_FOR),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: subjectNames() },
    ],
  });
  writePrivateFile(files.keyPath, pair.private);
  writePrivateFile(files.certPath, pair.cert);
  return fingerprintOf(pair.cert) ?? '';
}

const DNS = 2;
const IP = 7;

function subjectNames() {
  const names = new Set(['localhost', hostname().toLowerCase()].filter((name) => HOST_NAME.test(name)));
  return [
    ...[...names].map((value) => ({ type: DNS, value }) as const),
    { type: IP, ip: '127.0.0.1' } as const,
    { type: IP, ip: '::1' } as const,
  ];
}
