// The TXT record of `_openclaw-gw._tcp` (OpenClaw's Bonjour page): written for our gateway, read from strangers. Pure. What is
// read is a hint and nothing more, whatever it says.

import type { Announcement } from '../shared/discovery.ts';
import { plainText } from '../shared/plain-text.ts';

/** What a TXT record says, as far as it is understood. */
export interface TxtFacts {
  readonly name?: string;
  readonly tls: boolean;
  readonly fingerprint?: string;
  readonly direct: boolean;
  readonly version?: string;
}

/** RFC 6763: a record's strings have at most 255 bytes each, and together should stay short. */
const MAX_STRINGS = 64;
const MAX_STRING = 255;

export function writeTxt(
  { mode, port, certificate }: Announcement,
  about: { readonly displayName: string; readonly host: string; readonly version: string },
): Readonly<Record<string, string>> {
  return {
    role: 'gateway',
    transport: 'gateway',
    displayName: about.displayName,
    lanHost: about.host,
    gatewayPort: String(port),
    ...(certificate === undefined
      ? {}
      : { gatewayTls: '1', gatewayTlsSha256: certificate.replaceAll(':', '').toLowerCase() }),
    gatewayDirectReachable: '1',
    ...(mode === 'full' ? { version: about.version } : {}),
  };
}

/** @param strings the record's strings as bytes; everything that does not fit is passed over */
export function readTxt(strings: readonly Uint8Array[]): TxtFacts {
  const values = new Map<string, string>();
  for (const bytes of strings.slice(0, MAX_STRINGS)) {
    const text = new TextDecoder().decode(bytes.subarray(0, MAX_STRING));
    const at = text.indexOf('=');
    // RFC 6763, 6.4: keys are not case-sensitive, and the first of equal keys counts.
    const key = text.slice(0, at).toLowerCase();
    if (at > 0 && !values.has(key)) values.set(key, text.slice(at + 1));
  }
  const name = plainText(values.get('displayname'));
  const fingerprint = values.get('gatewaytlssha256')?.replaceAll(':', '').toLowerCase() ?? '';
  const version = plainText(values.get('version'), 32);
  return {
    ...(name === undefined ? {} : { name }),
    tls: values.get('gatewaytls') === '1',
    ...(/^[0-9a-f]{64}$/.test(fingerprint) ? { fingerprint } : {}),
    direct: values.get('gatewaydirectreachable') === '1',
    ...(version === undefined ? {} : { version }),
  };
}
