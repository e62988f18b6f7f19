import { expect, test } from 'vitest';
import { argvOf, textOfCommand } from '../../src-renderer/features/cron/command-text.ts';

test.each<[string, readonly string[]]>([
  ['df -h /home', ['df', '-h', '/home']],
  ['  echo   "two words" \'and $more\' ', ['echo', 'two words', 'and $more']],
  ['echo a"b c"d', ['echo', 'ab cd']],
  ['echo "say \\"hi\\""', ['echo', 'say "hi"']],
  ['echo a\\ b', ['echo', 'a b']],
  ["echo ''", ['echo', '']],
  ['df -h | sort', ['sh', '-c', 'df -h | sort']],
  ['echo $HOME', ['sh', '-c', 'echo $HOME']],
  ['ls *.txt', ['sh', '-c', 'ls *.txt']],
  ['echo "open', ['sh', '-c', 'echo "open']],
])('%j is %j', (line, argv) => {
  expect(argvOf(line)).toEqual(argv);
});

test.each(['df -h', 'df -h | sort', 'echo $HOME; date'])('%j is shown as it was written', (line) => {
  expect(textOfCommand(argvOf(line))).toBe(line);
});

test('words with spaces are quoted, and read back as they were', () => {
  const argv = ['printf', '%s', "it's", 'a b'];
  expect(argvOf(textOfCommand(argv))).toEqual(argv);
});
