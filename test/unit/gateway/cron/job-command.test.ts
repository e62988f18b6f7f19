import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { commandLine } from '../../../../src-main/gateway/cron/job-command.ts';

describe('the words of a command', () => {
  test.each<[readonly string[], string]>([
    [['df', '-h'], 'df -h'],
    [['./run.sh', 'a b'], "./run.sh 'a b'"],
    [['if', 'x'], "'if' x"],
    [['A=b', 'x'], "'A=b' x"],
    [['~/x'], "'~/x'"],
    [['echo', '*.txt', '$(date)', "it's", 'a\nb'], "echo '*.txt' '$(date)' 'it'\\''s' 'a\nb'"],
  ])('%j', (argv, line) => {
    expect(commandLine(argv, 'linux')).toBe(line);
  });

  test('come to the program as they are, whatever they hold', () => {
    const words = [
      'a b',
      "'",
      '"',
      '\\',
      '$HOME',
      '`id`',
      '!x',
      '#',
      '-n',
      '{a,b}',
      '\t',
      'ü',
      '&&',
      '; exit 1',
    ];
    const line = commandLine(['printf', '%s\\n', ...words], 'linux');
    expect(execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' })).toBe(`${words.join('\n')}\n`);
  });

  test.each<[readonly string[], string]>([
    [['ipconfig', '/all'], 'ipconfig /all'],
    [['C:\\Program Files\\x.exe', "it's", '$env:PATH'], "& 'C:\\Program Files\\x.exe' 'it''s' '$env:PATH'"],
    [['if', '’'], "& 'if' '’’'"],
  ])('for PowerShell: %j', (argv, line) => {
    expect(commandLine(argv, 'win32')).toBe(line);
  });
});
