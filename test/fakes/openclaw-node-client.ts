// The published `openclaw-node` client against our gateway, with an identity file of its own.

import path from 'node:path';
import { OpenClawClient } from 'openclaw-node';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { temporaryFolder } from './temporary.ts';

// Node 20 has no WebSocket of its own, which this client takes for granted when it sends.
if (!('WebSocket' in globalThis)) Object.assign(globalThis, { WebSocket });

type Options = ConstructorParameters<typeof OpenClawClient>[0];

export interface PairingNotice {
  readonly reason?: string | undefined;
  readonly requestId?: string | undefined;
}

export class OpenClawNodeClient {
  readonly client: OpenClawClient;
  readonly identity: string;
  readonly pairing: PairingNotice[] = [];
  readonly hellos: unknown[] = [];
  readonly events: { readonly event: string; readonly payload?: unknown }[] = [];

  constructor(options: Options) {
    this.identity = options.deviceIdentityPath ?? path.join(temporaryFolder(), 'device-identity.json');
    this.client = new OpenClawClient({
      autoReconnect: false,
      ...options,
      deviceIdentityPath: this.identity,
    });
    this.client.on('pairingRequired', (notice: PairingNotice) => this.pairing.push(notice));
    this.client.on('connected', (hello: unknown) => this.hellos.push(hello));
    this.client.on('event', (event: { event: string; payload?: unknown }) => this.events.push(event));
    // Told by the promise of `connect` as well.
    this.client.on('error', () => undefined);
    onTestFinished(() => this.client.disconnect());
  }
}
