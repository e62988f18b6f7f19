// Our own gateway as it stands in the list of all gateways. Pure.

import { hostUrl, type HostState } from '../gateway/gateway-host.ts';
import type { TrayFeed } from '../tray/tray-feed.ts';
import type { OtherGatewaysDeps } from './other-gateways.ts';

/** @param fingerprint of its certificate, when it has one */
export function ownEntry(
  state: HostState,
  fingerprint: string | undefined,
  { waiting, unread, version }: ReturnType<TrayFeed['own']>,
): ReturnType<OtherGatewaysDeps['own']> {
  const facts = {
    waiting,
    unread,
    url: hostUrl(state),
    ...(version === undefined ? {} : { version }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
  };
  switch (state.status) {
    case 'starting':
      return { ...facts, condition: 'connecting' };
    case 'running':
      return { ...facts, condition: 'connected' };
    case 'failed':
      return { ...facts, condition: 'unreachable', problem: state.message };
  }
}
