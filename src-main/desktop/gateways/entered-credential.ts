// What a person enters to be let in by a gateway, as it is kept and sent. Pure.

import type { GatewayCredential, SignInKind } from '../../shared/gateways.ts';
import { readEnteredAddress, type EnteredAddress } from './entered-address.ts';
import type { GatewaySecret } from './secret-store.ts';

export interface ReadCredential {
  readonly signIn: SignInKind;
  readonly secret: GatewaySecret;
}

/**
 * @param brought what came with the address
 * @returns `undefined` when something is missing
 */
export function readCredential(
  credential: GatewayCredential,
  brought: EnteredAddress['brought'],
): ReadCredential | undefined {
  switch (credential.kind) {
    case 'none':
      return { signIn: 'none', secret: {} };
    case 'brought':
      return brought === undefined ? undefined : readCredential(brought, undefined);
    case 'token':
      return credential.secret.trim() === ''
        ? undefined
        : { signIn: 'token', secret: { token: tokenIn(credential.secret) } };
    case 'password':
      return credential.secret === ''
        ? undefined
        : { signIn: 'password', secret: { password: credential.secret } };
    case 'setup-code':
      return codeIn(credential.secret);
  }
}

/** Also out of the whole address that `clawtray url` prints. */
function tokenIn(written: string): string {
  const read = readEnteredAddress(written);
  return read.ok && read.entered.brought?.kind === 'token' ? read.entered.brought.secret : written.trim();
}

/** The whole code, or the token in it when it came with an address. */
function codeIn(written: string): ReadCredential | undefined {
  const read = readEnteredAddress(written);
  const brought = read.ok ? read.entered.brought : undefined;
  const setupCode = brought?.kind === 'setup-code' ? brought.secret : written.trim();
  return setupCode === '' ? undefined : { signIn: 'device', secret: { setupCode } };
}
