// What a start of the program asks for, the first as well as one while the app already runs. Pure: reads a command line.

import { LINK_SCHEME } from '../../shared/brand.ts';

export type LaunchRequest =
  /** Show the window. */
  | { readonly kind: 'open' }
  /** Start in the tray, without a window. */
  | { readonly kind: 'hidden' }
  | { readonly kind: 'quick-chat' }
  | { readonly kind: 'quit' }
  /** An address of ours, from another program; not checked yet. */
  | { readonly kind: 'link'; readonly address: string };

/** The switch that people bind to a key where no program may take one by itself. */
export const QUICK_CHAT_SWITCH = '--quick-chat';

/** Longest command line that is looked at; the rest is somebody's mistake or mischief. */
const MAX_ARGUMENTS = 100;

/** @param argv as the system gave it; what Electron and Chromium mean is ignored */
export function launchRequest(argv: readonly string[]): LaunchRequest {
  const args = argv.slice(0, MAX_ARGUMENTS);
  const address = args.find(isLink);
  // An address comes from outside; what else stands beside it must not add to it.
  if (address !== undefined) return { kind: 'link', address };
  if (args.includes('--quit')) return { kind: 'quit' };
  if (args.includes(QUICK_CHAT_SWITCH)) return { kind: 'quick-chat' };
  return args.includes('--hidden') ? { kind: 'hidden' } : { kind: 'open' };
}

function isLink(argument: string): boolean {
  return argument.slice(0, LINK_SCHEME.length + 1).toLowerCase() === `${LINK_SCHEME}:`;
}
