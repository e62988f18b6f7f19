// What needs the person's attention but does not stop the gateway. One entry per code; `status` and the app show them.

import type { GatewayProblem } from '../shared/protocol/system.ts';

export interface Problems {
  set(code: string, message: string): void;
  clear(code: string): void;
  list(): readonly GatewayProblem[];
}

/** @param onChange called after the list changed */
export function createProblems(now: () => number, onChange: () => void): Problems {
  const problems = new Map<string, GatewayProblem>();
  return {
    set: (code, message) => {
      const known = problems.get(code);
      if (known?.message === message) return;
      problems.set(code, { code, message, sinceMs: known?.sinceMs ?? now() });
      onChange();
    },
    clear: (code) => {
      if (problems.delete(code)) onChange();
    },
    list: () => [...problems.values()],
  };
}
