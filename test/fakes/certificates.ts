// Certificates for tests: made in a temporary folder, by the code that makes them for people.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { writeSelfSignedPair } from '../../src-main/gateway/tls/self-signed.ts';
import { temporaryFolder } from './temporary.ts';

export interface TestCertificate {
  readonly certPath: string;
  readonly keyPath: string;
  /** The certificate now, PEM. */
  readonly pem: () => string;
  readonly fingerprint: string;
}

export async function makeCertificate(
  folder: string = temporaryFolder(),
  now = Date.now(),
): Promise<TestCertificate> {
  const certPath = path.join(folder, 'cert.pem');
  const keyPath = path.join(folder, 'key.pem');
  const fingerprint = await writeSelfSignedPair({ certPath, keyPath }, { force: true, now });
  return { certPath, keyPath, fingerprint, pem: () => readFileSync(certPath, 'utf8') };
}

export const tlsConfig = (
  { certPath, keyPath }: { readonly certPath: string; readonly keyPath: string },
  more: object = {},
): object => ({ gateway: { tls: { enabled: true, certPath, keyPath, ...more } } });
