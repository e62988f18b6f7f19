// Entry of the `clawtray` command: the gateway without a desktop, and its client commands.

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { endQuietlyWithReader } from './cli/output.ts';
import { runProgram } from './cli/program.ts';

const dist = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

endQuietlyWithReader();
process.exitCode = await runProgram(process.argv.slice(2), {
  pagesFolder: path.join(dist, 'renderer'),
  skillsFolder: path.join(path.dirname(dist), 'assets', 'skills'),
});
