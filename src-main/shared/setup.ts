// How far a person has come with setting the app up. Kept by the desktop; the window shows it.

export const SETUP_STEPS = ['model', 'test', 'notifications', 'start'] as const;
export type SetupStep = (typeof SETUP_STEPS)[number];

export interface SetupState {
  /** `open`: it comes up by itself; `later`: the person asked for it not to; `done`. */
  readonly state: 'open' | 'later' | 'done';
  /** Where to go on; left out before it was begun. */
  readonly step?: SetupStep | undefined;
}

/** What was stored, or what the window sent; `undefined` for what is none. */
export function setupState(value: unknown): SetupState | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { state, step } = value as { readonly state?: unknown; readonly step?: unknown };
  if (state !== 'open' && state !== 'later' && state !== 'done') return undefined;
  const known = SETUP_STEPS.find((one) => one === step);
  return known === undefined ? { state } : { state, step: known };
}
