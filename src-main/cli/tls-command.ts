// `clawtray gateway tls`: makes a self-signed certificate and says how to use it.

import path from 'node:path';
import { resolvePaths } from '../gateway/config/paths.ts';
import { readKnownCertificates } from '../gateway/tls/known-certificates.ts';
import { PairExistsError, writeSelfSignedPair } from '../gateway/tls/self-signed.ts';
import { ownTlsFiles } from '../gateway/tls/tls-settings.ts';
import { errorText } from '../shared/logger.ts';
import { print, printProblem } from './output.ts';

/**
 * Prints the fingerprint of what this profile's gateway shows, for people who compare it on another computer.
 * @returns the exit code: 1 without TLS
 */
export async function showCertificate(): Promise<number> {
  const known = await readKnownCertificates(resolvePaths(process.env), process.env);
  for (const fingerprint of known) print(`SHA-256  ${fingerprint}`);
  if (known.size > 0) return 0;
  printProblem(
    'This gateway does not use TLS. `clawtray gateway tls` makes a certificate and says how to use it.',
  );
  return 1;
}

/** @returns the exit code */
export async function makeCertificate(force: boolean): Promise<number> {
  const paths = resolvePaths(process.env);
  const files = ownTlsFiles(paths.profileDir);
  try {
    const fingerprint = await writeSelfSignedPair(files, { force, now: Date.now() });
    for (const line of instructions(files, fingerprint, path.join(paths.stateDir, 'config.toml')))
      print(line);
    return 0;
  } catch (error) {
    printProblem(errorText(error));
    return error instanceof PairExistsError ? 1 : 78;
  }
}

function instructions(
  { certPath, keyPath }: { certPath: string; keyPath: string },
  fingerprint: string,
  configFile: string,
): readonly string[] {
  return [
    'Made a self-signed certificate for localhost, 127.0.0.1, ::1 and this computer’s name.',
    `Certificate  ${certPath}`,
    `Key          ${keyPath}`,
    `SHA-256      ${fingerprint}`,
    '',
    `Switch TLS on in ${configFile}:`,
    '',
    '[gateway.tls]',
    'enabled = true',
    `cert_path = ${JSON.stringify(certPath)}`,
    `key_path = ${JSON.stringify(keyPath)}`,
    'min_version = "1.2"',
    '',
    'A gateway that already serves this pair takes the new one by itself; otherwise restart it.',
  ];
}
