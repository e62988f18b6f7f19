// A certificate and its key: reads the two files and says in words what is wrong with them. No part of a key is ever in an
// error.

import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { TlsConfigError, type TlsSettings } from './tls-settings.ts';

export interface CertificatePair {
  /** PEM; with the certificates of its issuers, if the file has them. */
  readonly cert: string;
  readonly key: string;
  /** SHA-256 of the first certificate, as `AB:CD:…`. */
  readonly fingerprint: string;
  /** When it ends, ms. */
  readonly validUntil: number;
}

const MAKE_ONE = 'Correct gateway.tls, or make a pair with "clawtray gateway tls".';

/** @throws TlsConfigError when a file is missing or unreadable, or when the two do not belong together */
export function readCertificatePair(settings: TlsSettings): CertificatePair {
  const cert = read(settings.certPath, 'certificate');
  const key = read(settings.keyPath, 'key');
  const certificate = parseCertificate(cert, settings.certPath);
  const privateKey = parseKey(key, settings.keyPath);
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new TlsConfigError(
      `The TLS certificate ${settings.certPath} and the key ${settings.keyPath} do not belong together. ${MAKE_ONE}`,
    );
  }
  try {
    createSecureContext({ cert, key, minVersion: settings.minVersion });
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new TlsConfigError(
      `The TLS certificate ${settings.certPath} cannot be used (${code}). ${MAKE_ONE}`,
    );
  }
  return {
    cert,
    key,
    fingerprint: certificate.fingerprint256,
    validUntil: Date.parse(certificate.validTo),
  };
}

/** SHA-256 fingerprint of the first certificate in the text, or `undefined` if there is none. */
export function fingerprintOf(pem: string): string | undefined {
  try {
    return new X509Certificate(pem).fingerprint256;
  } catch {
    return undefined;
  }
}

function read(file: string, what: 'certificate' | 'key'): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    const state = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new TlsConfigError(`The TLS ${what} ${file} ${state}. ${MAKE_ONE}`);
  }
}

function parseCertificate(pem: string, file: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new TlsConfigError(`${file} is not a certificate in PEM form. ${MAKE_ONE}`);
  }
}

function parseKey(pem: string, file: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new TlsConfigError(
      pem.includes('ENCRYPTED')
        ? `The TLS key ${file} is protected by a passphrase, which is not supported. ${MAKE_ONE}`
        : `${file} is not a private key in PEM form. ${MAKE_ONE}`,
    );
  }
}
