// Which language a command line is read as.

import type { CommandAnalysis, ShellKind } from './analysis.ts';
import { analysePosix } from './posix.ts';
import { analyseWindows } from './windows.ts';

/** Never fails: what cannot be read is a risk. */
export async function analyseCommand(command: string, shell: ShellKind): Promise<CommandAnalysis> {
  switch (shell) {
    case 'posix':
      return analysePosix(command);
    case 'powershell':
    case 'cmd':
      return analyseWindows(command, shell);
  }
}
