// A browser as a host: the page was served by a gateway, signs in there for a cookie, and connects to the same origin.

import { VERSION } from '../../src-main/shared/brand.ts';
import { OWN_GATEWAY } from '../../src-main/shared/gateways.ts';
import { isJsonObject } from '../../src-main/shared/json.ts';
import { languageState } from '../../src-main/shared/languages.ts';
import { copyText } from './clipboard.ts';
import type { Account, Host } from './host.ts';
import { platformOf } from './platform.ts';
import { safeStorage } from './storage.ts';

type SessionMode = 'token' | 'password' | 'none';

export function createBrowserHost(page: Window): Host {
  const platform = platformOf(page.navigator.userAgent);
  const { protocol, host } = page.location;
  const url = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/api/gateway/ws`;

  const post = (path: string, body: object): Promise<Response> =>
    page.fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });

  async function session(): Promise<{ signedIn: boolean; mode: SessionMode }> {
    const response = await page.fetch('/api/session', { cache: 'no-store' });
    const body: unknown = await response.json();
    if (!response.ok || !isJsonObject(body)) throw new Error('The gateway’s answer is not understood.');
    const mode = body['mode'];
    return {
      signedIn: body['signedIn'] === true,
      mode: mode === 'password' || mode === 'none' ? mode : 'token',
    };
  }

  const account: Account = {
    signIn: async (secret, kind) => {
      try {
        const { ok, status } = await post('/api/login', { [kind]: secret });
        if (ok) return 'signed-in';
        return status === 429 ? 'locked' : status === 401 ? 'wrong' : 'unreachable';
      } catch {
        return 'unreachable';
      }
    },
    signOut: async () => {
      await post('/api/logout', {});
      // Nothing of what was shown stays in the page.
      page.location.reload();
    },
  };

  const storage = safeStorage(() => page.localStorage);

  return {
    gateway: OWN_GATEWAY,
    platform,
    account,
    storage,
    language: {
      get: () => Promise.resolve(languageState(storage.read('language'), page.navigator.languages)),
      choose: (choice) => {
        storage.write('language', choice);
        return Promise.resolve(languageState(choice, page.navigator.languages));
      },
    },
    createSocket: (address) => new WebSocket(address),
    gatewayAccess: async () => {
      const { signedIn, mode } = await session();
      if (!signedIn && mode !== 'none') return { state: 'signed-out', secret: mode };
      // Where no secret is needed, a session is to be had for nothing.
      if (!signedIn) await post('/api/login', {});
      return { state: 'ready', url, kind: 'browser' };
    },
    // The page came from the gateway, so it cannot start it.
    retryGateway: () => Promise.resolve(),
    appInfo: () => Promise.resolve({ version: VERSION, platform }),
    openExternal: (address) => {
      page.open(address, '_blank', 'noopener,noreferrer');
      return Promise.resolve(true);
    },
    copyText,
    onGatewayChanged: () => () => undefined,
    onNavigate: () => () => undefined,
  };
}
