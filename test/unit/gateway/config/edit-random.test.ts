import { describe, expect, test } from 'vitest';
import { differences } from '../../../../src-main/gateway/config/change.ts';
import { ConfigEditError, editConfigText } from '../../../../src-main/gateway/config/edit-text.ts';
import { parseConfig } from '../../../../src-main/gateway/config/parse.ts';
import type { JsonObject } from '../../../../src-main/shared/json.ts';
import { createRandom } from '../../../fakes/mutations.ts';

const TEXTS: Readonly<Record<string, string>> = {
  'a.json5': `// top
{
  // the gateway
  gateway: {
    port: 18789, // the port
    'auth': { mode: "token", }, /* who */
    list: [ 1, 2, // two
      3 ],
  },
  models: {}, "a b": null,
  // end
}
`,
  'openclaw.json':
    '{\n  "gateway": { "port": 1, "auth": { "mode": "token" } },\n  "models": {},\n  "list": [\n    1,\n    { "id": "x" }\n  ]\n}\n',
  'a.yml': `# top
gateway:   # the gateway
    port: 18789   # the port
    auth: { mode: token }   # who
    list:
    - 1
    - id: two   # two

# models
models: {}
text: |
  two
  lines
"a b": 'single'
# end
`,
  'a.toml': `# top
name = "x" # the name

# the gateway
[gateway]
port = 18789   # the port
auth = { mode = "token" } # who
list = [ 1, 2, # two
  3,
]

# deeper
[gateway.rate]
burst = 20

# many
[[models]]
id = "a"

[[models]]
id = "b" # second
# end
`,
};

const KEYS = [
  'port',
  'auth',
  'mode',
  'gateway',
  'models',
  'list',
  'new',
  'a b',
  'x.y',
  'ünï',
  '1',
  'rate',
  'id',
  '#',
  '',
];
const LEAVES = [
  0,
  -1.5,
  true,
  false,
  '',
  'text',
  'a # b',
  "it's",
  '"q"',
  'two\nlines',
  'yes',
  '1',
  '- x',
  '${HOME}',
  ': ',
  '\u2028',
  '[x]',
];

/** A value that every format can express. */
function anyValue(random: () => number, depth: number): unknown {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const kind = random();
  if (depth === 0 || kind < 0.6) return pick(LEAVES);
  if (kind < 0.75) return Array.from({ length: Math.floor(random() * 3) }, () => anyValue(random, depth - 1));
  return Object.fromEntries(
    Array.from({ length: Math.floor(random() * 3) }, () => [pick(KEYS), anyValue(random, depth - 1)]),
  );
}

function changeSomewhere(values: JsonObject, random: () => number): void {
  let place: JsonObject | unknown[] = values;
  for (;;) {
    const keys = Object.keys(place);
    const key =
      keys.length > 0 && random() < 0.7
        ? keys[Math.floor(random() * keys.length)]!
        : KEYS[Math.floor(random() * KEYS.length)]!;
    const at = Array.isArray(place) ? Math.floor(random() * (place.length + 1)) : key;
    const inner = (place as Record<string | number, unknown>)[at];
    if (typeof inner === 'object' && inner !== null && random() < 0.6) {
      place = inner as JsonObject | unknown[];
      continue;
    }
    if (random() < 0.3 && inner !== undefined) {
      if (Array.isArray(place)) place.splice(Number(at), 1);
      else Reflect.deleteProperty(place, at);
    } else (place as Record<string | number, unknown>)[at] = anyValue(random, 2);
    return;
  }
}

const ROUNDS = 60;
const STEPS = 5;

describe('random changes', () => {
  // The TOML library does not write every change of a table into a list, or back.
  test.each([
    ['a.json5', 0],
    ['openclaw.json', 0],
    ['a.yml', 0],
    ['a.toml', 3],
  ])('of %s are written and mean what they should, or are refused (at most %i)', async (file, most) => {
    const random = createRandom(20_261_121);
    const refused: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      let text = TEXTS[file] ?? '';
      for (let step = 0; step < STEPS; step += 1) {
        const before = await parseConfig(file, text);
        const after = structuredClone(before);
        changeSomewhere(after, random);
        const edits = differences(before, after);
        const told = `${text}\n${JSON.stringify(edits)}`;
        try {
          text = await editConfigText(file, text, edits);
        } catch (error) {
          if (!(error instanceof ConfigEditError)) throw error;
          refused.push(`${error.message}\n${told}`);
          break;
        }
        expect(await parseConfig(file, text), told).toEqual(after);
      }
    }
    expect(refused.length, refused.join('\n\n')).toBeLessThanOrEqual(most);
  });
});
