// A TLS connection to a gateway whose certificate we know: exactly that one is accepted, whoever signed it, and nothing is
// sent before it was shown.

import type { X509Certificate } from 'node:crypto';
import type { RequestOptions } from 'node:http';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { ClientOptions } from 'ws';

type CreateConnection = NonNullable<RequestOptions['createConnection']>;

const TIMEOUT = 10_000;

/** Whether a gateway may show the certificate with this SHA-256 fingerprint (`AB:CD:…`). */
export type Trusts = (fingerprint: string, certificate: X509Certificate) => boolean;

/** For `http.request`. */
export function pinnedConnection(trusts: Trusts): CreateConnection {
  return ({ host = '127.0.0.1', port }, done): undefined => {
    const socket = connect({
      host: host ?? '127.0.0.1',
      port: Number(port),
      // A proxy finds the certificate by the name.
      ...(host === null || isIP(host) !== 0 ? {} : { servername: host }),
      // Who signed it does not matter: the certificate itself is compared below.
      rejectUnauthorized: false,
    });
    const fail = (error: Error): void => {
      socket.destroy();
      done(error, socket);
    };
    socket.setTimeout(TIMEOUT, () => {
      fail(new Error('The gateway did not answer in time.'));
    });
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      socket.off('error', fail);
      const shown = socket.getPeerX509Certificate();
      if (shown !== undefined && trusts(shown.fingerprint256, shown)) done(null, socket);
      else fail(new CertificateMismatchError(shown?.fingerprint256));
    });
  };
}

/** For the `ws` package, which hands its options on to `http.request`. */
export function pinnedSocketOptions(trusts: Trusts): ClientOptions {
  return {
    createConnection: pinnedConnection(trusts) as unknown as NonNullable<ClientOptions['createConnection']>,
  };
}

class CertificateMismatchError extends Error {
  constructor(shown: string | undefined) {
    super(`The gateway shows another certificate than the one that is known (${shown ?? 'none'}).`);
    this.name = 'CertificateMismatchError';
  }
}
