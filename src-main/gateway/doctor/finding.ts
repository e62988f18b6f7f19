// What doctor found: one entry per thing that was looked at. Pure.

export type FindingState = 'ok' | 'note' | 'warning' | 'error';

export interface Finding {
  /** Names the check, for programs: `database.integrity`. */
  readonly check: string;
  /** `warning`: it works, but should not stay so. `error`: something does not work. */
  readonly state: FindingState;
  /** In the person's terms; without secrets. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** Whether `--repair` does something about it. */
  readonly repairable?: true;
  /** What was done about it. */
  readonly repaired?: string;
}

export interface DoctorReport {
  readonly findings: readonly Finding[];
  readonly warnings: number;
  readonly errors: number;
  readonly repaired: number;
}

export function reportOf(findings: readonly Finding[]): DoctorReport {
  const open = findings.filter(({ repaired }) => repaired === undefined);
  return {
    findings,
    warnings: open.filter(({ state }) => state === 'warning').length,
    errors: open.filter(({ state }) => state === 'error').length,
    repaired: findings.length - open.length,
  };
}
