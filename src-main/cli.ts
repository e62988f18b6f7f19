// Entry of the `clawtray` command: the gateway without a desktop, and its client commands.

import { runProgram } from './cli/program.ts';

process.exitCode = await runProgram(process.argv.slice(2));
