// The published OpenClaw client against our gateway, with every event that it gets held against the published schemas.

import { sign } from 'node:crypto';
import { GatewayClient, type GatewayClientOptions } from '@openclaw/gateway-client';
import { expect, onTestFinished } from 'vitest';
import type { TestDevice } from './device.ts';
import { frameChecks, eventChecks, resultChecks } from './openclaw-validators.ts';
import { waitUntil } from './temporary.ts';

export interface PublishedEvent {
  readonly event: string;
  readonly payload?: unknown;
  readonly seq?: number | undefined;
}

export class PublishedClient {
  readonly client: GatewayClient;
  readonly events: PublishedEvent[] = [];
  readonly hellos: unknown[] = [];
  readonly connectErrors: Error[] = [];
  readonly closes: { readonly code: number; readonly reason: string }[] = [];
  readonly gaps: unknown[] = [];
  readonly violations: string[] = [];

  constructor(options: GatewayClientOptions) {
    this.client = new GatewayClient({
      clientVersion: '2026.9.1',
      platform: 'linux',
      minProtocol: 4,
      maxProtocol: 4,
      ...options,
      onHelloOk: (hello) => {
        this.hellos.push(hello);
        this.violations.push(...(resultChecks['connect']?.(hello) ?? []));
      },
      onEvent: (event) => {
        this.events.push(event);
        this.violations.push(
          ...frameChecks.event(event),
          ...(eventChecks[event.event]?.(event.payload) ?? []),
        );
      },
      onConnectError: (error) => this.connectErrors.push(error),
      onClose: (code, reason) => this.closes.push({ code, reason }),
      onGap: (gap) => this.gaps.push(gap),
    });
    onTestFinished(async () => {
      await this.client.stopAndWait({ timeoutMs: 2_000 });
      expect(this.violations, 'what breaks the published schemas').toEqual([]);
      expect(this.gaps, 'gaps in the numbers of events').toEqual([]);
    });
  }

  async start(): Promise<this> {
    this.client.start();
    await waitUntil(() => this.hellos[0] ?? this.connectErrors[0], 'hello or an error');
    return this;
  }

  /** Sends a request and holds the answer against its published schema, where there is one. */
  async request(method: string, params?: unknown): Promise<Record<string, unknown>> {
    const payload = await this.client.request(method, params);
    this.violations.push(...(resultChecks[method]?.(payload) ?? []).map((text) => `${method} ${text}`));
    return payload;
  }

  event(
    name: string,
    fits: (payload: Record<string, unknown>) => boolean = () => true,
  ): Promise<Record<string, unknown>> {
    return waitUntil(
      () =>
        this.events
          .filter(({ event }) => event === name)
          .map(({ payload }) => payload as Record<string, unknown>)
          .find(fits),
      `event ${name}`,
    );
  }
}

/** What the client needs of its host to sign with a device identity; keeps tokens in memory. */
export function deviceOptions(device: TestDevice): Pick<
  GatewayClientOptions,
  'deviceIdentity' | 'hostDeps'
> & {
  readonly tokens: Map<string, { token: string; scopes: string[] }>;
} {
  const tokens = new Map<string, { token: string; scopes: string[] }>();
  return {
    tokens,
    deviceIdentity: {
      deviceId: device.id,
      privateKeyPem: device.privateKeyPem,
      publicKeyPem: device.publicKeyPem,
    },
    hostDeps: {
      signDevicePayload: (key, payload) => sign(null, Buffer.from(payload), key).toString('base64url'),
      publicKeyRawBase64UrlFromPem: () => device.publicKey,
      loadDeviceAuthToken: ({ role }) => tokens.get(role) ?? null,
      storeDeviceAuthToken: ({ role, token, scopes }) => tokens.set(role, { token, scopes }),
      clearDeviceAuthToken: ({ role }) => tokens.delete(role),
    },
  };
}
