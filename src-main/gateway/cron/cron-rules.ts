// What the configuration says about automations, section `cron`. Pure.

import type { GatewayConfig } from '../config/schema.ts';
import type { CronRules } from './cron-service.ts';

/** `OPENCLAW_SKIP_CRON=1` switches them off like `cron.enabled: false`. */
export function cronRules({ cron }: GatewayConfig, env: NodeJS.ProcessEnv): CronRules {
  const { allowedHostnames = [], dangerouslyAllowPrivateNetwork = false } = cron.webhookSsrfPolicy ?? {};
  const token = cron.webhookToken?.trim() ?? '';
  return {
    enabled: cron.enabled !== false && env['OPENCLAW_SKIP_CRON'] !== '1',
    skipMissed: cron.skipMissedJobs ?? false,
    webhookPolicy: {
      allowedHosts: allowedHostnames.map((host) => host.toLowerCase()),
      allowPrivate: dangerouslyAllowPrivateNetwork,
    },
    webhookToken: token === '' ? undefined : token,
  };
}
