// What the gateway has acknowledged, and what it may or may not have done because it was killed before its answer. Compares
// that with what is there. Pure.

/** `acked`: must be there. `open`: may be there. `leaving`: may be gone. `gone`: must not be there. */
export type Presence = 'acked' | 'open' | 'leaving' | 'gone';

/** Something that has a value which changes: what it may be now. */
interface Register {
  settled: string | undefined;
  readonly open: Set<string>;
}

/** One kind of thing (messages, jobs, …), each under a name that is its own. */
export interface Shelf {
  readonly kind: string;
  readonly things: Map<string, Presence>;
}

export interface Ledger {
  shelf(kind: string): Shelf;
  /** Notes a change of a value before it is asked for; call the answer when it is acknowledged. */
  change(register: string, value: string): () => void;
  /**
   * What does not fit, in words: things that are missing, that should not be there, that are there more than once.
   * What may or may not have been done is settled from then on.
   * @param found the names that are there, each as often as it is
   */
  check(kind: string, found: readonly string[]): readonly string[];
  checkRegister(register: string, found: string | undefined): readonly string[];
  registers(prefix: string): readonly string[];
  /** How many things and changes were acknowledged. */
  acknowledged(): number;
}

export function createLedger(): Ledger {
  const shelves = new Map<string, Shelf>();
  const registers = new Map<string, Register>();
  let changes = 0;

  function shelf(kind: string): Shelf {
    const known = shelves.get(kind) ?? { kind, things: new Map<string, Presence>() };
    shelves.set(kind, known);
    return known;
  }

  return {
    shelf,
    change: (name, value) => {
      const register = registers.get(name) ?? { settled: undefined, open: new Set<string>() };
      registers.set(name, register);
      register.open.add(value);
      return () => {
        register.settled = value;
        register.open.clear();
        changes += 1;
      };
    },
    check: (kind, found) => {
      const { things } = shelf(kind);
      const wrong: string[] = [];
      const present = new Set(found);
      if (present.size < found.length) {
        const seen = new Set<string>();
        for (const name of found) {
          if (seen.has(name)) wrong.push(`${kind} ${name} is there more than once`);
          seen.add(name);
        }
      }
      for (const [name, presence] of things) {
        const isThere = present.has(name);
        if (presence === 'acked' && !isThere) wrong.push(`${kind} ${name} was acknowledged and is not there`);
        if (presence === 'gone' && isThere) wrong.push(`${kind} ${name} was removed and is there`);
        if (presence === 'open' || presence === 'leaving') things.set(name, isThere ? 'acked' : 'gone');
      }
      for (const name of present)
        if (!things.has(name)) wrong.push(`${kind} ${name} is there and nobody asked for it`);
      return wrong;
    },
    checkRegister: (name, found) => {
      const register = registers.get(name);
      if (register === undefined) return [];
      const possible = found === register.settled || (found !== undefined && register.open.has(found));
      const wrong = possible
        ? []
        : [
            `${name} is ${String(found)}; acknowledged was ${String(register.settled)}, open ${[...register.open].join(', ')}`,
          ];
      register.settled = found;
      register.open.clear();
      return wrong;
    },
    registers: (prefix) => [...registers.keys()].filter((name) => name.startsWith(prefix)),
    acknowledged: () =>
      changes +
      [...shelves.values()].reduce(
        (sum, { things }) => sum + [...things.values()].filter((presence) => presence !== 'open').length,
        0,
      ),
  };
}
