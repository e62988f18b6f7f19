// Which system the page runs on, as far as layout and the names of keys depend on it.

import type { Platform } from './host.ts';

export function platformOf(userAgent: string): Platform {
  if (userAgent.includes('Mac OS X')) return 'darwin';
  if (userAgent.includes('Windows')) return 'win32';
  return userAgent.includes('Linux') ? 'linux' : 'other';
}
