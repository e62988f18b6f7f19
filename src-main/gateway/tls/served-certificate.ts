// The certificate that this gateway shows: the one it started with, or a newer one once the files were replaced by a pair
// that works. A broken new pair changes nothing and is reported.

import type { SecureContextOptions } from 'node:tls';
import { errorText, type Logger } from '../../shared/logger.ts';
import type { Problems } from '../problems.ts';
import { watchFiles } from '../watch-files.ts';
import { readCertificatePair, type CertificatePair } from './certificate-pair.ts';
import type { TlsSettings } from './tls-settings.ts';

export interface ServedCertificate {
  /** For the listener. */
  options(): SecureContextOptions;
  fingerprint(): string;
  /**
   * Reads the pair again whenever a file changes.
   * @param onRenewed called with a pair that differs and works, after it has become the current one
   */
  watch(onRenewed: () => void): void;
  close(): void;
}

const PROBLEM = 'tls-certificate';

/** @throws TlsConfigError when the pair cannot be used */
export function openServedCertificate(
  settings: TlsSettings,
  deps: { readonly problems: Problems; readonly log: Logger; readonly now: () => number },
): ServedCertificate {
  const { problems, log, now } = deps;
  let current = readCertificatePair(settings);
  let unwatch = (): void => undefined;

  function reportCurrent({ validUntil }: CertificatePair): void {
    if (validUntil > now()) problems.clear(PROBLEM);
    else
      problems.set(
        PROBLEM,
        `The TLS certificate ${settings.certPath} ended on ${new Date(validUntil).toDateString()}. Clients may refuse it; replace the pair.`,
      );
  }

  function reload(onRenewed: () => void): void {
    try {
      const next = readCertificatePair(settings);
      reportCurrent(next);
      if (next.cert === current.cert && next.key === current.key) return;
      current = next;
      onRenewed();
      log.info('the TLS certificate was replaced', { fingerprint: next.fingerprint });
    } catch (error) {
      problems.set(PROBLEM, `${errorText(error)} The old certificate stays in use.`);
    }
  }

  reportCurrent(current);

  return {
    options: () => ({ cert: current.cert, key: current.key, minVersion: settings.minVersion }),
    fingerprint: () => current.fingerprint,
    watch: (onRenewed) => {
      unwatch();
      unwatch = watchFiles([settings.certPath, settings.keyPath], () => {
        reload(onRenewed);
      });
    },
    close: () => {
      unwatch();
    },
  };
}
