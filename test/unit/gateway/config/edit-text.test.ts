import { describe, expect, test } from 'vitest';
import type { ConfigEdit } from '../../../../src-main/gateway/config/change.ts';
import { ConfigEditError, editConfigText } from '../../../../src-main/gateway/config/edit-text.ts';

const set = (path: ConfigEdit['path'], value: unknown): ConfigEdit => ({ path, value });
const remove = (path: ConfigEdit['path']): ConfigEdit => ({ path, value: undefined });

interface Case {
  readonly what: string;
  readonly file: string;
  readonly before: string;
  readonly edits: readonly ConfigEdit[];
  readonly after: string;
}

const cases: readonly Case[] = [
  {
    what: 'a value in its place',
    file: 'a.json5',
    before: '// mine\n{\n  gateway: { port: 1 }, // one\n}\n',
    edits: [set(['gateway', 'port'], 2)],
    after: '// mine\n{\n  gateway: { port: 2 }, // one\n}\n',
  },
  {
    what: 'a new key behind the remark of the last one',
    file: 'a.json5',
    before: '{\n    a: 1, // one\n    // end\n}',
    edits: [set(['b'], { c: [1, 'x'] })],
    after: '{\n    a: 1, // one\n    b: {\n        c: [1, "x"],\n    },\n    // end\n}',
  },
  {
    what: 'strict JSON stays strict JSON',
    file: 'openclaw.json',
    before: '{\n  "a": {\n    "b": 1\n  }\n}\n',
    edits: [set(['a', 'c'], { d: true }), set(['e'], null)],
    after: '{\n  "a": {\n    "b": 1,\n    "c": {\n      "d": true\n    }\n  },\n  "e": null\n}\n',
  },
  {
    what: 'the last key goes with the comma before it',
    file: 'openclaw.json',
    before: '{\n  "a": 1,\n  "b": 2\n}\n',
    edits: [remove(['b'])],
    after: '{\n  "a": 1\n}\n',
  },
  {
    what: 'a key in one line',
    file: 'a.json5',
    before: '{ a: 1, b: 2, c: [1, 2] }',
    edits: [remove(['b']), set(['c', 2], 3), set(['d'], 4)],
    after: '{ a: 1, c: [1, 2, 3], d: 4 }',
  },
  {
    what: 'every one of several keys with the same name',
    file: 'a.json5',
    before: '{\n  a: 1,\n  a: 2,\n}',
    edits: [remove(['a'])],
    after: '{\n}',
  },
  {
    what: 'an empty file',
    file: 'a.json5',
    before: '',
    edits: [set(['a', 'b'], 1)],
    after: '{\n  a: {\n    b: 1,\n  },\n}\n',
  },
  {
    what: 'lines that end as on Windows',
    file: 'a.json5',
    before: '{\r\n  a: 1,\r\n}\r\n',
    edits: [set(['b'], 2)],
    after: '{\r\n  a: 1,\r\n  b: 2,\r\n}\r\n',
  },
  {
    what: 'names and values with marks in them',
    file: 'a.json5',
    before: "{\n  'a.b': 'x',\n}",
    edits: [set(['a.b'], 'it\'s "\n'), set(['c d'], '\u2028')],
    after: '{\n  \'a.b\': "it\'s \\"\\n",\n  "c d": "\\u2028",\n}',
  },
  {
    what: 'a value in its place',
    file: 'a.yml',
    before: '# mine\ngateway:\n    port:   1     # one\n    list: [ a,  b ]\n\n# models\nmodels: {}\n',
    edits: [set(['gateway', 'port'], 2)],
    after: '# mine\ngateway:\n    port:   2     # one\n    list: [ a,  b ]\n\n# models\nmodels: {}\n',
  },
  {
    what: 'a new key at the end of its map',
    file: 'a.yml',
    before: '# mine\ngateway:\n    port:   1     # one\n\n# models\nmodels:   # none\n  detect: no\n',
    edits: [set(['gateway', 'heartbeat_timeout'], 120), set(['agents', 'defaults', 'model'], 'a/b')],
    after:
      '# mine\ngateway:\n    port:   1     # one\n    heartbeat_timeout: 120\n\n# models\nmodels:   # none\n  detect: no\nagents:\n  defaults:\n    model: a/b\n',
  },
  {
    what: 'a key',
    file: 'a.yml',
    before: 'gateway:\n  port:   1\n  # two\n  other: 2 # gone\n',
    edits: [remove(['gateway', 'other'])],
    after: 'gateway:\n  port:   1\n  # two\n',
  },
  {
    what: 'an empty file',
    file: 'a.yml',
    before: '',
    edits: [set(['a', 'b'], 'true')],
    after: 'a:\n  b: "true"\n',
  },
  {
    what: 'a key without a value becomes a map',
    file: 'a.yml',
    before: 'gateway:\n# end\n',
    edits: [set(['gateway', 'port'], 1)],
    after: 'gateway:\n  port: 1\n# end\n',
  },
  {
    what: 'what an alias repeats, in its place alone',
    file: 'a.yml',
    before: 'base: &b { x: 1 }\nother: *b\n',
    edits: [set(['other', 'x'], 2)],
    after: 'base: &b { x: 1 }\nother:\n  x: 2\n',
  },
  {
    what: 'a value in its place, a new key before the comment of the next table',
    file: 'a.toml',
    before:
      '# mine\n[gateway] # the gateway\nport = 1   # one\nsize = 30.0\n\n# limits\n[gateway.rate_limit]\nburst_size = 0x10\nsince = 1979-05-27T07:32:00Z\n',
    edits: [set(['gateway', 'port'], 2), set(['gateway', 'heartbeat_timeout'], 120)],
    after:
      '# mine\n[gateway] # the gateway\nport = 2   # one\nsize = 30.0\nheartbeat_timeout = 120\n\n# limits\n[gateway.rate_limit]\nburst_size = 0x10\nsince = 1979-05-27T07:32:00Z\n',
  },
  {
    what: 'a key',
    file: 'a.toml',
    before: '[a]\nb = 1 # gone\nc = 2 # stays\n',
    edits: [remove(['a', 'b'])],
    after: '[a]\nc = 2 # stays\n',
  },
  {
    what: 'an empty file',
    file: 'a.toml',
    before: '',
    edits: [set(['gateway', 'port'], 1)],
    after: '[gateway]\nport = 1\n',
  },
];

describe('edits of a file', () => {
  test.each(cases)('$file: $what', async ({ file, before, edits, after }) => {
    expect(await editConfigText(file, before, edits)).toBe(after);
  });

  test.each([
    ['a.yml', 'base: &b 1\nother: *b\n', set(['base'], 2)],
    ['a.toml', 'a = 1\n', set(['b'], [null])],
  ])('%s: refuses what cannot be written without changing more: %j', async (file, text, edit) => {
    await expect(editConfigText(file, text, [edit])).rejects.toThrow(ConfigEditError);
  });
});
