// Which commands there are. Each loads its own code when it runs, so that `--version` stays quick.

import { Command, CommanderError } from 'commander';
import { VERSION } from '../shared/brand.ts';

const EXIT_USAGE = 2;

/** @returns the exit code */
export async function runProgram(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command('clawtray')
    .description('Desktop agent gateway: one local port for people, programs and AI agents.')
    .version(VERSION, '-V, --version', 'print the version')
    .exitOverride();

  program
    .command('gateway')
    .description('start the gateway without the desktop app')
    .option('-p, --port <port>', 'port to listen on', parsePort)
    .option('-t, --token <token>', 'shared secret for this start')
    .action(async (options: { port?: number; token?: string }) => {
      const { runGateway } = await import('./gateway-command.ts');
      exitCode = await runGateway(options);
    });

  program
    .command('status')
    .description('show how the running gateway is doing')
    .option('--json', 'print everything as JSON')
    .action(async (options: { json?: boolean }) => {
      const { showStatus } = await import('./status-command.ts');
      exitCode = await showStatus(options.json === true);
    });

  program
    .command('url')
    .description('print the gateway’s address with its token, for clients that cannot sign in themselves')
    .action(async () => {
      const { printUrl } = await import('./url-command.ts');
      exitCode = await printUrl();
    });

  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : EXIT_USAGE;
  }
  return exitCode;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new CommanderError(EXIT_USAGE, 'clawtray.port', `error: "${text}" is not a port (0 to 65535)`);
}
