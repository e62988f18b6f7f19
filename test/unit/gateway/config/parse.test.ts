import { describe, expect, test } from 'vitest';
import { ConfigParseError, parseConfig } from '../../../../src-main/gateway/config/parse.ts';

async function failure(file: string, text: string): Promise<ConfigParseError> {
  try {
    await parseConfig(file, text);
  } catch (error) {
    if (error instanceof ConfigParseError) return error;
    throw error;
  }
  throw new Error('it parsed');
}

describe('reading configuration', () => {
  test.each([
    ['/a/openclaw.json', '// comment\n{ gateway: { port: 1, }, }'],
    ['/a/config.json5', "\uFEFF{ 'gateway': { port: 0x1 } }"],
    ['/a/config.toml', '# comment\r\n[gateway]\r\nport = 1\r\n'],
    ['/a/config.toml', '\uFEFF[gateway]\nport = 1\n'],
    ['/a/config.yml', '# comment\ngateway:\n  port: 1\n'],
    ['/a/config.yaml', 'gateway: { port: 1 }'],
  ])('%s', async (file, text) => {
    expect(await parseConfig(file, text)).toEqual({ gateway: { port: 1 } });
  });

  test.each([
    ['/a/openclaw.json', ''],
    ['/a/openclaw.json', ' \n '],
    ['/a/config.toml', ''],
    ['/a/config.yml', ''],
    ['/a/config.yml', '# nothing yet\n'],
  ])('%s without content is empty (%j)', async (file, text) => {
    expect(await parseConfig(file, text)).toEqual({});
  });

  test.each([
    ['/a/openclaw.json', '{\n  gateway: {\n    port 1\n', 3, 10],
    ['/a/config.toml', '[gateway]\nport = = 1\n', 2, 8],
    ['/a/config.yml', 'gateway:\n  port: [1\n  x: 2', 3, undefined],
    ['/a/config.yml', 'a: &a 1\nb: *a\nc:\n  - *missing', 4, 5],
  ])('%s: says where it went wrong', async (file, text, line, column) => {
    const error = await failure(file, text);
    expect(error.line).toBe(line);
    if (column !== undefined) expect(error.column).toBe(column);
    expect(error.message).toMatch(new RegExp(`^${file.slice(3)} \\(line ${line}, column \\d+\\): .+`));
    expect(error.message).not.toContain('\n');
  });

  test.each([
    ['/a/openclaw.json', '[1, 2]'],
    ['/a/openclaw.json', '"text"'],
    ['/a/config.yml', '- a\n- b'],
    ['/a/config.yml', 'just text'],
  ])('%s: %s is no configuration', async (file, text) => {
    expect((await failure(file, text)).message).toContain('expected an object at the top level');
  });

  test('dates are text, whatever the format makes of them', async () => {
    expect(await parseConfig('/a/config.toml', 'a = 2026-11-21')).toEqual({ a: '2026-11-21' });
    expect(await parseConfig('/a/config.yml', 'a: 2026-11-21')).toEqual({ a: '2026-11-21' });
  });

  test('a YAML file whose anchors contain themselves is refused', async () => {
    const error = await failure('/a/config.yml', 'gateway: &all\n  more: *all\n');
    expect(error.message).toBe('config.yml: an anchor that contains itself');
  });

  test('a YAML file whose aliases multiply is refused, not expanded', async () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let n = 1; n < 9; n += 1) lines.push(`a${n}: &a${n} [${`*a${n - 1}, `.repeat(10)}]`);
    await expect(parseConfig('/a/config.yml', lines.join('\n'))).rejects.toBeInstanceOf(ConfigParseError);
  });

  test.each([
    ['/a/openclaw.json', '{"gateway": '],
    ['/a/openclaw.json', '\u0000\u0001\u0002'],
    ['/a/config.toml', 'a = 1\na = 2'],
    ['/a/config.toml', '\u0000'],
    ['/a/config.yml', 'a: 1\na: 2'],
    ['/a/config.yml', '\tgateway: 1'],
    ['/a/config.yml', '{{{{'],
    ['/a/config.yml', 'a: !!js/function "x"\nb: *missing'],
  ])('%s: %j fails as a parse error and nothing else', async (file, text) => {
    await expect(parseConfig(file, text)).rejects.toBeInstanceOf(ConfigParseError);
  });
});
