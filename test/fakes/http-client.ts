// Plain HTTP against a gateway: what `fetch` would hide or refuse (Host, Origin, chunked bodies, early ends) included.

import { request, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { onTestFinished } from 'vitest';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON. */
  readonly json: Record<string, unknown>;
}

export interface HttpAsk extends Pick<RequestOptions, 'createConnection'> {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body?: string | object;
}

export function ask(
  gateway: { readonly port: number },
  path: string,
  options: HttpAsk = {},
): Promise<HttpAnswer> {
  const { body, headers, method = body === undefined ? 'GET' : 'POST', ...rest } = options;
  const text = typeof body === 'object' ? JSON.stringify(body) : body;
  return new Promise((resolve, reject) => {
    const asking = request(
      {
        host: '127.0.0.1',
        port: gateway.port,
        path,
        method,
        headers: { ...(typeof body === 'object' ? { 'Content-Type': 'application/json' } : {}), ...headers },
        ...rest,
      },
      (response) => {
        let received = '';
        response.setEncoding('utf8').on('data', (piece: string) => (received += piece));
        response.on('error', reject);
        response.on('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: received,
            get json() {
              return JSON.parse(received) as Record<string, unknown>;
            },
          });
        });
      },
    );
    asking.on('error', reject);
    onTestFinished(() => {
      asking.destroy();
    });
    asking.end(text);
  });
}

/** With the shared secret, as API clients show it. */
export const bearer = (gateway: { readonly token: string }): Record<string, string> => ({
  Authorization: `Bearer ${gateway.token}`,
});

/** The events of a stream: `[DONE]` as it stands, everything else as JSON. */
export function eventsIn(text: string): readonly { event?: string; data: unknown }[] {
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const event = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1] ?? '';
      return {
        ...(event === undefined ? {} : { event }),
        data: data === '[DONE]' ? data : (JSON.parse(data) as unknown),
      };
    });
}
