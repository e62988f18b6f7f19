import { describe, expect, test } from 'vitest';
import { lifecycleSettings } from '../../../../src-main/gateway/server/lifecycle-settings.ts';

const defaults = {
  heartbeat: { interval: 30_000, timeout: 90_000, maxMissed: 3, proactive: true },
  rateLimit: { enabled: undefined, perSecond: 10, perMinute: 200, burst: 20, cooldown: 60_000 },
  mistakes: [],
};

describe('the settings of a connection’s life', () => {
  test('are the course’s when nothing is configured', () => {
    expect(lifecycleSettings({})).toEqual(defaults);
  });

  test('are what is configured', () => {
    expect(
      lifecycleSettings({
        heartbeatInterval: 5,
        heartbeatTimeout: 120,
        heartbeatMaxMissed: 5,
        proactiveNotifications: false,
        rateLimit: {
          enabled: false,
          messagesPerSecond: 2.5,
          messagesPerMinute: 60,
          burstSize: 5,
          cooldownSeconds: 0,
        },
      }),
    ).toEqual({
      heartbeat: { interval: 5_000, timeout: 120_000, maxMissed: 5, proactive: false },
      rateLimit: { enabled: false, perSecond: 2.5, perMinute: 60, burst: 5, cooldown: 0 },
      mistakes: [],
    });
  });

  test.each([
    [{ heartbeatInterval: 0 }, 'gateway.heartbeat_interval must be a number from 1 to 3600; 30 is used.'],
    [{ heartbeatInterval: '30' }, 'gateway.heartbeat_interval must be a number from 1 to 3600; 30 is used.'],
    [{ heartbeatTimeout: -1 }, 'gateway.heartbeat_timeout must be a number from 1 to 86400; 90 is used.'],
    [
      { heartbeatMaxMissed: Infinity },
      'gateway.heartbeat_max_missed must be a number from 0 to 1000; 3 is used.',
    ],
    [
      { proactiveNotifications: 'yes' },
      'gateway.proactive_notifications must be true or false; it is not used.',
    ],
    [{ rateLimit: true }, 'gateway.rate_limit must be a table; it is not used.'],
    [{ rateLimit: { enabled: 1 } }, 'gateway.rate_limit.enabled must be true or false; it is not used.'],
    [
      { rateLimit: { burstSize: 0 } },
      'gateway.rate_limit.burst_size must be a number from 1 to 1000000; 20 is used.',
    ],
  ])('a mistake is told and changes nothing else: %j', (gateway, told) => {
    expect(lifecycleSettings(gateway)).toEqual({ ...defaults, mistakes: [told] });
  });
});
