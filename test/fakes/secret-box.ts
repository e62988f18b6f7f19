// A system's secret store: sealed is what nobody can read without it.

import type { SecretBox } from '../../src-main/desktop/gateways/secret-store.ts';
import type { SecretKeeping } from '../../src-main/shared/gateways.ts';

export function secretBox(keeping: SecretKeeping = 'system'): SecretBox {
  return {
    keeping: () => Promise.resolve(keeping),
    seal: (text) => Promise.resolve(Buffer.from(text).map((byte) => byte ^ 0x5a) as Buffer),
    open: (sealed) =>
      Promise.resolve(Buffer.from(sealed.map((byte) => byte ^ 0x5a) as Uint8Array).toString('utf8')),
  };
}
