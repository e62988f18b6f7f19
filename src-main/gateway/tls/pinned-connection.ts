// A TLS connection to a gateway whose certificate we know: exactly that one is accepted, whoever signed it, and nothing is
// sent before it was shown.

import type { RequestOptions } from 'node:http';
import { connect, type TLSSocket } from 'node:tls';
import type { ClientOptions } from 'ws';

type CreateConnection = NonNullable<RequestOptions['createConnection']>;

const TIMEOUT = 10_000;

/**
 * For `http.request`.
 * @param trusts whether a gateway may show the certificate with this SHA-256 fingerprint (`AB:CD:…`)
 */
export function pinnedConnection(trusts: (fingerprint: string) => boolean): CreateConnection {
  return ({ host, port }, done): undefined => {
    // Who signed it does not matter: the certificate itself is compared below.
    const socket = connect({ host: host ?? '127.0.0.1', port: Number(port), rejectUnauthorized: false });
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
      const shown = fingerprintShown(socket);
      if (shown !== undefined && trusts(shown)) done(null, socket);
      else fail(new CertificateMismatchError(shown));
    });
  };
}

/** For the `ws` package, which hands its options on to `http.request`. */
export function pinnedSocketOptions(trusts: (fingerprint: string) => boolean): ClientOptions {
  return {
    createConnection: pinnedConnection(trusts) as unknown as NonNullable<ClientOptions['createConnection']>,
  };
}

function fingerprintShown(socket: TLSSocket): string | undefined {
  return socket.getPeerX509Certificate()?.fingerprint256;
}

class CertificateMismatchError extends Error {
  constructor(shown: string | undefined) {
    super(`The gateway shows another certificate than the one that is known (${shown ?? 'none'}).`);
    this.name = 'CertificateMismatchError';
  }
}
