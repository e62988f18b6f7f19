// Which port a gateway is to listen on: what its start says, then the environment, the configuration, the usual one.

import { DEFAULT_PORT } from '../../shared/brand.ts';
import type { GatewayConfig } from '../config/schema.ts';
import type { GatewayOptions } from '../gateway-options.ts';

export function wantedPort(options: GatewayOptions, env: NodeJS.ProcessEnv, config: GatewayConfig): number {
  if (options.port !== undefined) return options.port;
  const fromEnv = Number(env['OPENCLAW_GATEWAY_PORT']);
  if (Number.isInteger(fromEnv) && fromEnv > 0 && fromEnv <= 65_535) return fromEnv;
  return config.gateway.port ?? DEFAULT_PORT;
}
