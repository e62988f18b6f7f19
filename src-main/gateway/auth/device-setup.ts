// Pairing by setup code, as the person sees it: the code with its picture, and what became of it.

import type {
  DevicePairSetupCodeResult,
  DevicePairSetupStatusResult,
  DevicePairSetupWithdrawResult,
  SetupAccess,
} from '../../shared/protocol/devices.ts';
import type { AuthMode } from './secret.ts';
import type { SetupCodes } from './setup-codes.ts';
import { encodeSetup, setupPlace } from './setup-payload.ts';

export interface DeviceSetup {
  /** @throws GatewayError when no other device can reach this gateway, or the address is of no use */
  create(wish: {
    readonly publicUrl?: string | undefined;
    readonly includeQr?: boolean | undefined;
    readonly access: SetupAccess;
  }): Promise<DevicePairSetupCodeResult>;
  status(setupId: string): DevicePairSetupStatusResult;
  /** Whoever showed the code does not show it any more. */
  withdraw(setupId: string): DevicePairSetupWithdrawResult;
}

/** This gateway as the network sees it now. */
export interface NetworkFacts {
  readonly addresses: readonly string[];
  readonly port: number;
  /** SHA-256 fingerprint of the certificate; `undefined` without TLS. */
  readonly certificate: string | undefined;
  readonly authMode: AuthMode;
}

export function createDeviceSetup(codes: SetupCodes, network: () => NetworkFacts): DeviceSetup {
  return {
    create: async ({ publicUrl, includeQr, access }) => {
      const { addresses, port, certificate, authMode } = network();
      const place = setupPlace(publicUrl, { addresses, port, secure: certificate !== undefined });
      const { setupId, token, expiresAtMs } = codes.issue(access);
      const setupCode = encodeSetup(place, { token, expiresAtMs, certificate });
      return {
        setupId,
        setupCode,
        ...(includeQr === true ? { qrDataUrl: await picture(setupCode) } : {}),
        gatewayUrl: place.urls[0],
        ...(place.urls.length > 1 ? { gatewayUrls: place.urls } : {}),
        auth: authMode === 'password' ? 'password' : 'token',
        urlSource: place.source,
        access,
        expiresAtMs,
      };
    },
    status: (setupId) => {
      const completion = codes.completion(setupId);
      return completion === undefined ? {} : { completion };
    },
    withdraw: (setupId) => ({ withdrawn: codes.withdraw(setupId) }),
  };
}

/** A QR code as a PNG, small enough for every answer. */
async function picture(text: string): Promise<string> {
  const { toDataURL } = await import('qrcode');
  return toDataURL(text, { errorCorrectionLevel: 'L', margin: 2, scale: 5 });
}
