// The configuration of an agenticai client, as its file has it: validated by whoever reads the file.

import type { GatewayClientOptions } from './gateway-client.ts';

/** The file's section `gateway`. */
export interface GatewaySettings {
  readonly url: string;
  readonly token: string | undefined;
  readonly reconnectMaxAttempts: number;
  /** Seconds. */
  readonly reconnectBaseDelay: number;
  /** Seconds. */
  readonly reconnectMaxDelay: number;
}

export interface ClientConfig {
  readonly gateway: GatewaySettings;
}

export function gatewayClientOptions({ gateway }: ClientConfig): GatewayClientOptions {
  return {
    url: gateway.url,
    token: gateway.token,
    maxReconnectAttempts: gateway.reconnectMaxAttempts,
    reconnectBaseDelay: gateway.reconnectBaseDelay,
    reconnectMaxDelay: gateway.reconnectMaxDelay,
  };
}
