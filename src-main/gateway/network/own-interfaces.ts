// The network interfaces of this computer, as it is now.

import { networkInterfaces } from 'node:os';
import type { Interfaces } from './binding.ts';

/** Some systems refuse to tell. */
export function ownInterfaces(): Interfaces {
  try {
    return networkInterfaces();
  } catch {
    return {};
  }
}
