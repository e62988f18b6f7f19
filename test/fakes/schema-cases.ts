// Makes values from a JSON Schema: such that it accepts, and damaged ones. Depends only on the random numbers given.

export interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

const WORDS = ['main', 'x', 'a b', 'agent:main:main', 'ä😀', '0', 'https://example.invalid/x?y=1'];

export interface Narrowed {
  /** Optional properties that are left out, at any depth. */
  readonly declined: ReadonlySet<string>;
  /** Constants that are not taken from a choice, for example kinds. */
  readonly unknownKinds: ReadonlySet<unknown>;
}

const AS_IT_IS: Narrowed = { declined: new Set(), unknownKinds: new Set() };

export function acceptable(schema: Schema, random: () => number, narrowed: Narrowed = AS_IT_IS): unknown {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const choice = schema.anyOf ?? schema.oneOf;
  if (choice !== undefined) {
    const known = choice.filter((one) => !narrowed.unknownKinds.has(kindOf(one)));
    return acceptable(pick(known), random, narrowed);
  }
  if ('const' in schema) return schema.const;
  if (schema.enum !== undefined) return pick(schema.enum);
  switch (schema.type) {
    case 'object': {
      const value: Record<string, unknown> = {};
      for (const [key, property] of Object.entries(schema.properties ?? {})) {
        const certain = schema.required?.includes(key) === true;
        const wanted = certain || (!narrowed.declined.has(key) && random() < 0.35);
        if (wanted) value[key] = acceptable(property, random, narrowed);
      }
      return value;
    }
    case 'array': {
      const length = (schema.minItems ?? 0) + Math.floor(random() * 3);
      return Array.from({ length }, () => acceptable(schema.items ?? {}, random, narrowed));
    }
    case 'string':
      return text(schema, pick);
    case 'integer':
    case 'number': {
      const low = schema.minimum ?? 0;
      return Math.min(low + Math.floor(random() * 50), schema.maximum ?? Infinity);
    }
    case 'boolean':
      return random() < 0.5;
    case 'null':
      return null;
    default:
      return pick<unknown>(['anything', 1, true, null, { a: [1] }]);
  }
}

function kindOf({ const: constant, properties }: Schema): unknown {
  return constant ?? properties?.['kind']?.const;
}

function text(schema: Schema, pick: <T>(list: readonly T[]) => T): string {
  const long = pick(WORDS).padEnd(schema.minLength ?? 0, 'x');
  if (schema.pattern === undefined || new RegExp(schema.pattern).test(long)) return long;
  const fitting = [...WORDS, 'a1', 'f'.repeat(64), 'session:x'].find((word) =>
    new RegExp(schema.pattern ?? '').test(word),
  );
  return fitting ?? long;
}

const ODD: readonly unknown[] = [null, '', 0, -1, 1.5, true, 'x', [], {}, [1], { a: 1 }];

/** The value with one thing changed: something missing, too much, or of another kind. */
export function damaged(value: unknown, random: () => number): unknown {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  if (typeof value !== 'object' || value === null) return pick(ODD);
  if (Array.isArray(value)) {
    return value.length === 0 || random() < 0.3
      ? [...(value as unknown[]), pick(ODD)]
      : value.map((item, index) => (index === 0 ? damaged(item, random) : (item as unknown)));
  }
  const entries = Object.entries(value as Record<string, unknown>);
  const kind = random();
  if (entries.length === 0 || kind < 0.2) return { ...value, unknownProperty: pick(ODD) };
  const [key, inner] = pick(entries);
  if (kind < 0.45) return Object.fromEntries(entries.filter(([name]) => name !== key));
  return { ...value, [key]: kind < 0.75 ? pick(ODD) : damaged(inner, random) };
}
