// Where another gateway is and what to show it, from what a person entered: an address, or a setup code that says it all.
// Pure.

import * as z from 'zod/mini';
import { GatewayError } from '../../shared/errors.ts';
import { parseJson } from '../../shared/json.ts';
import type { ConnectAuth } from '../../shared/protocol/connect.ts';
import type { NodeLinksAddParams } from '../../shared/protocol/node-links.ts';
import { isPrivateHost } from '../auth/setup-payload.ts';

export interface Invitation {
  /** Scheme, host, port and path; nothing secret. */
  readonly url: string;
  /** `AB:CD:…` */
  readonly fingerprint: string | undefined;
  readonly credential: ConnectAuth;
}

const setupSchema = z.looseObject({
  url: z.string(),
  bootstrapToken: z.string().check(z.minLength(1), z.maxLength(512)),
  tlsFingerprint: z.optional(z.string()),
});

/** @throws GatewayError `invalid-params` that says which part is of no use */
export function readInvitation(params: NodeLinksAddParams): Invitation {
  const setup = params.code === undefined ? undefined : readCode(params.code);
  const url = params.url ?? setup?.url;
  if (url === undefined)
    throw new GatewayError('invalid-params', 'url or code must say where the other gateway is.');
  const fingerprint = params.fingerprint ?? setup?.tlsFingerprint;
  return {
    url: checkedUrl(url),
    fingerprint: fingerprint === undefined ? undefined : checkedFingerprint(fingerprint),
    credential: credentialOf(params, setup?.bootstrapToken),
  };
}

function readCode(code: string): z.infer<typeof setupSchema> {
  const text = Buffer.from(code.trim(), 'base64url').toString('utf8');
  const parsed = setupSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new GatewayError('invalid-params', 'code is no setup code. Copy the whole of it.');
}

/** @throws GatewayError; it repeats nothing of the address, which may hold a secret */
function checkedUrl(text: string): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (url === undefined || !(url.protocol === 'ws:' || url.protocol === 'wss:') || url.hostname === '')
    throw new GatewayError('invalid-params', 'url must look like wss://host:18789.');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new GatewayError(
      'invalid-params',
      'url must not hold a secret; give it as code, token or password.',
    );
  if (url.protocol === 'ws:' && !isPrivateHost(url.hostname))
    throw new GatewayError(
      'invalid-params',
      'url has no encryption and leads outside your own network: whoever listens could use this computer. Use wss://.',
    );
  return `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}`;
}

function checkedFingerprint(text: string): string {
  const digits = text.replace(/^sha-?256[:=\s]*/i, '').replace(/[:\s]/g, '');
  if (!/^[0-9a-f]{64}$/i.test(digits))
    throw new GatewayError(
      'invalid-params',
      'fingerprint must be the SHA-256 of the certificate: 64 hexadecimal digits.',
    );
  return (digits.toUpperCase().match(/../g) ?? []).join(':');
}

function credentialOf(params: NodeLinksAddParams, bootstrapToken: string | undefined): ConnectAuth {
  const { token, password } = params;
  const given: ConnectAuth[] = [
    ...(bootstrapToken === undefined ? [] : [{ bootstrapToken }]),
    ...(token === undefined ? [] : [{ token }]),
    ...(password === undefined ? [] : [{ password }]),
  ];
  const [one = {}, another] = given;
  if (another !== undefined)
    throw new GatewayError('invalid-params', 'Give one of code, token and password, not several.');
  return one;
}
