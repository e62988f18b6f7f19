// Which commands there are. Each loads its own code when it runs, so that `--version` stays quick.

import { Argument, Command, CommanderError, Option } from 'commander';
import { VERSION } from '../shared/brand.ts';
import type { NodeFlags } from './node-command.ts';
import type { LogLevel } from './logs-command.ts';

const EXIT_USAGE = 2;

export interface PairOptions {
  readonly node?: boolean;
  readonly limited?: boolean;
  readonly publicUrl?: string;
  readonly codeOnly?: boolean;
}

interface GatewayFlags {
  readonly port?: number;
  readonly token?: string;
  readonly bind?: 'loopback' | 'lan' | 'tailnet';
  readonly debug?: boolean;
}

/**
 * @param folders where the control UI's built pages and the application's skills are
 * @returns the exit code
 */
export async function runProgram(
  args: readonly string[],
  folders: { readonly pagesFolder: string; readonly skillsFolder: string },
): Promise<number> {
  let exitCode = 0;
  const program = new Command('clawtray')
    .description('Desktop agent gateway: one local port for people, programs and AI agents.')
    .version(VERSION, '-V, --version', 'print the version')
    .exitOverride();

  const gateway = program
    .command('gateway')
    .description('start the gateway without the desktop app')
    .option('-p, --port <port>', 'port to listen on', parsePort)
    .option('-t, --token <token>', 'shared secret for this start')
    .addOption(
      new Option(
        '--bind <mode>',
        'who can reach it: this computer (loopback), the network (lan), a tailnet',
      ).choices(['loopback', 'lan', 'tailnet']),
    )
    .option('--debug', 'print every message that passes, without its content')
    .action(async (options: GatewayFlags) => {
      const { runGateway } = await import('./gateway-command.ts');
      exitCode = await runGateway({ ...options, ...folders });
    });

  gateway
    .command('trace')
    .description('print the messages that pass through the running gateway')
    .option('-v, --verbose', 'with the dialect and the connection of each message')
    .action(async (options: { verbose?: boolean }) => {
      const { watchTrace } = await import('./trace-command.ts');
      exitCode = await watchTrace(options.verbose === true);
    });

  gateway
    .command('methods')
    .description('list all methods of the running gateway, with their scopes and dialects')
    .option('--json', 'print them as JSON')
    .action(async (options: { json?: boolean }) => {
      const { listMethods } = await import('./trace-command.ts');
      exitCode = await listMethods(options.json === true);
    });

  gateway
    .command('tls')
    .description('make a self-signed certificate for this gateway')
    .option('--force', 'replace the pair that is there')
    .action(async (options: { force?: boolean }) => {
      const { makeCertificate } = await import('./tls-command.ts');
      exitCode = await makeCertificate(options.force === true);
    });

  program
    .command('status')
    .description('show how the running gateway is doing')
    .addArgument(new Argument('[part]', 'the gateway is all there is').choices(['gateway']))
    .addOption(new Option('--json', 'print everything as JSON').conflicts('watch'))
    .option('-w, --watch', 'show the counters, refreshed every 2 seconds')
    .action(async (_part: string | undefined, options: { json?: boolean; watch?: boolean }) => {
      const { showStatus, watchStatus } = await import('./status-command.ts');
      exitCode = options.watch === true ? await watchStatus() : await showStatus(options.json === true);
    });

  const devices = program
    .command('devices')
    .description('list paired devices, and devices and nodes that wait for an approval')
    .option('--json', 'print them as JSON')
    .action(async (options: { json?: boolean }) => {
      const { listDevices } = await import('./devices-command.ts');
      exitCode = await listDevices(options.json === true);
    });
  for (const decision of ['approve', 'reject'] as const) {
    devices
      .command(`${decision} <request>`)
      .description(`${decision} a request; the beginning of its id is enough`)
      .action(async (request: string) => {
        const { decide } = await import('./devices-command.ts');
        exitCode = await decide(request, decision);
      });
  }
  devices
    .command('remove <device>')
    .description('take a device’s access away; the beginning of its id is enough')
    .action(async (device: string) => {
      const { removeDevice } = await import('./devices-command.ts');
      exitCode = await removeDevice(device);
    });

  const agents = program.command('agents').description('list, add and remove agents');
  agents
    .command('list', { isDefault: true })
    .description('list the agents, and removed ones that can be restored')
    .option('--json', 'print them as JSON')
    .action(async (options: { json?: boolean }) => {
      const { listAgents } = await import('./agents-command.ts');
      exitCode = await listAgents(options.json === true);
    });
  agents
    .command('add <name>')
    .description('add an agent with files, sessions and settings of its own')
    .option('--workspace <folder>', 'where its files are')
    .option('--model <provider/model>', 'the model that answers for it')
    .option('--emoji <emoji>', 'its sign')
    .action(async (name: string, options: { workspace?: string; model?: string; emoji?: string }) => {
      const { addAgent } = await import('./agents-command.ts');
      exitCode = await addAgent(name, options);
    });
  agents
    .command('remove <agent>')
    .description('remove an agent; its files and sessions are kept')
    .option('--keep-files', 'leave its files where they are')
    .action(async (agent: string, options: { keepFiles?: boolean }) => {
      const { removeAgent } = await import('./agents-command.ts');
      exitCode = await removeAgent(agent, options.keepFiles === true);
    });
  agents
    .command('restore <agent>')
    .description('bring a removed agent back')
    .action(async (agent: string) => {
      const { restoreAgent } = await import('./agents-command.ts');
      exitCode = await restoreAgent(agent);
    });

  const skills = program.command('skills').description('list, install and remove skills');
  skills
    .command('list', { isDefault: true })
    .description('list the skills, and what those that cannot be used are missing')
    .option('--agent <agent>', 'as this agent has them; main if left out')
    .option('--json', 'print them as JSON')
    .action(async (options: { agent?: string; json?: boolean }) => {
      const { listSkills } = await import('./skills-command.ts');
      exitCode = await listSkills(options);
    });
  skills
    .command('install <source>')
    .description(
      'show what a skill contains and install it: a folder, a .zip or .tar.gz file, or a package of npm',
    )
    .option('--npm', 'the source is a package, whatever it looks like')
    .option('-y, --yes', 'install without a question')
    .action(async (source: string, options: { npm?: boolean; yes?: boolean }) => {
      const { installSkill } = await import('./skills-command.ts');
      exitCode = await installSkill(source, options);
    });
  skills
    .command('remove <skill>')
    .description('remove an installed skill; its files are kept aside')
    .action(async (skill: string) => {
      const { removeSkill } = await import('./skills-command.ts');
      exitCode = await removeSkill(skill);
    });

  program
    .command('pair')
    .description('show a QR code that pairs a phone or another machine, once, within ten minutes')
    .addOption(new Option('--node', 'only as a node: a device that runs commands').conflicts('limited'))
    .option('--limited', 'without approvals and secrets')
    .option('--public-url <url>', 'address of a proxy or tunnel, to be written into the code')
    .option('--code-only', 'print the code alone, and do not wait')
    .action(async (options: PairOptions) => {
      const { pairDevice } = await import('./pair-command.ts');
      exitCode = await pairDevice(options);
    });

  const node = program
    .command('node')
    .description('offer this computer to another gateway; alone, list those that it is offered to')
    .option('-g, --gateway <url>', 'where the other gateway is; a setup code says that too')
    .option('--fingerprint <sha256>', 'the certificate that it may show; a setup code says that too')
    .option('-c, --code <code>', 'a setup code of the other gateway (there: clawtray pair --node)')
    .option('--name <name>', 'what it is called here')
    .addOption(
      new Option(
        '-o, --offer <what...>',
        'what it may use: notify, run (you approve), manage (your rules)',
      ).choices(['notify', 'run', 'manage']),
    )
    .option('--json', 'print the list as JSON')
    .action(async (options: NodeFlags) => {
      const { runNode } = await import('./node-command.ts');
      exitCode = await runNode(options, folders);
    });
  node
    .command('remove <gateway>')
    .description('offer this computer to a gateway no longer: its name, address, or the beginning of its id')
    .action(async (gateway: string) => {
      const { removeLink } = await import('./node-command.ts');
      exitCode = await removeLink(gateway);
    });

  program
    .command('discover')
    .description('list the gateways that announce themselves in the local network')
    .option('-s, --seconds <seconds>', 'how long to look', parseSeconds, 3)
    .option('-w, --watch', 'go on looking, and print the list whenever it changes')
    .option('--json', 'print them as JSON')
    .action(async (options: { seconds: number; watch?: boolean; json?: boolean }) => {
      const { discover } = await import('./discover-command.ts');
      exitCode = await discover(options);
    });

  const config = program.command('config').description('show and change the configuration');
  config
    .command('get [setting]')
    .description('print a setting, or all of them; secrets are left out')
    .option('--json', 'print it as JSON')
    .option('--reveal', 'print secrets, too; only for the files of this computer')
    .action(async (setting: string | undefined, options: { json?: boolean; reveal?: boolean }) => {
      const { showConfig } = await import('./config-command.ts');
      exitCode = await showConfig(setting, { json: options.json === true, reveal: options.reveal === true });
    });
  config
    .command('set <setting> <value>')
    .description('change a setting; the value is JSON5 or a text, - reads it from the standard input')
    .action(async (setting: string, value: string) => {
      const { setConfig } = await import('./config-command.ts');
      exitCode = await setConfig(setting, value);
    });
  config
    .command('unset <setting>')
    .description('take a setting away')
    .action(async (setting: string) => {
      const { unsetConfig } = await import('./config-command.ts');
      exitCode = await unsetConfig(setting);
    });
  config
    .command('validate')
    .description('say what is wrong with the configuration')
    .action(async () => {
      const { validateConfig } = await import('./config-command.ts');
      exitCode = await validateConfig();
    });
  config
    .command('path')
    .description('print the file that new settings go to')
    .option('--all', 'print all files that are read, in the order in which they win')
    .action(async (options: { all?: boolean }) => {
      const { printConfigPath } = await import('./config-command.ts');
      exitCode = await printConfigPath(options.all === true);
    });
  config
    .command('schema [setting]')
    .description('print what a setting takes, or all of them, as JSON Schema')
    .action(async (setting: string | undefined) => {
      const { printConfigSchema } = await import('./config-command.ts');
      exitCode = await printConfigSchema(setting);
    });
  config
    .command('restore')
    .description('put the last good version of files that do not parse back')
    .action(async () => {
      const { restoreConfig } = await import('./config-command.ts');
      exitCode = await restoreConfig();
    });

  program
    .command('logs')
    .description('show the end of the gateway’s log')
    .option('-f, --follow', 'go on as it grows')
    .addOption(
      new Option('-l, --level <level>', 'the least that is shown')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('debug'),
    )
    .option('-n, --lines <lines>', 'how many lines', parseLines, 50)
    .option('--json', 'print the lines as they stand in the file')
    .action(async (options: { follow?: boolean; level: LogLevel; lines: number; json?: boolean }) => {
      const { showLogs } = await import('./logs-command.ts');
      const { follow = false, json = false, level, lines } = options;
      exitCode = await showLogs({ follow, json, level, lines });
    });

  program
    .command('usage')
    .description('show what models were asked for, in tokens and what they cost')
    .option('-d, --days <days>', 'the last so many days, 30 if left out', parseDays)
    .option('--json', 'print everything as JSON')
    .action(async (options: { days?: number; json?: boolean }) => {
      const { showUsage } = await import('./usage-command.ts');
      exitCode = await showUsage(options.days, options.json === true);
    });

  const approvals = program
    .command('approvals')
    .description('list what waits for an approval: commands and calls of tools')
    .option('--json', 'print them as JSON')
    .action(async (options: { json?: boolean }) => {
      const { listApprovals } = await import('./approvals-command.ts');
      exitCode = await listApprovals(options.json === true);
    });
  approvals
    .command('list')
    .description('the same')
    .option('--json', 'print them as JSON')
    .action(async (_options: unknown, command: Command) => {
      const { listApprovals } = await import('./approvals-command.ts');
      exitCode = await listApprovals(command.optsWithGlobals<{ json?: boolean }>().json === true);
    });
  approvals
    .command('approve <approval>')
    .description('let it happen once; the beginning of its id is enough')
    .option('--always', 'allow exactly this command, or this tool, for good')
    .action(async (approval: string, options: { always?: boolean }) => {
      const { decideApproval } = await import('./approvals-command.ts');
      exitCode = await decideApproval(approval, options.always === true ? 'allow-always' : 'allow-once');
    });
  approvals
    .command('deny <approval>')
    .description('do not let it happen')
    .action(async (approval: string) => {
      const { decideApproval } = await import('./approvals-command.ts');
      exitCode = await decideApproval(approval, 'deny');
    });
  approvals
    .command('allowlist')
    .description('list what runs without a question')
    .option('--json', 'print it as JSON')
    .action(async (_options: unknown, command: Command) => {
      const { listAllowed } = await import('./approvals-command.ts');
      exitCode = await listAllowed(command.optsWithGlobals<{ json?: boolean }>().json === true);
    });
  approvals
    .command('revoke <rule>')
    .description('take a rule away; the beginning of its id is enough')
    .action(async (rule: string) => {
      const { revokeAllowed } = await import('./approvals-command.ts');
      exitCode = await revokeAllowed(rule);
    });

  program
    .command('url')
    .description('print the gateway’s address with its token, for clients that cannot sign in themselves')
    .action(async () => {
      const { printUrl } = await import('./url-command.ts');
      exitCode = await printUrl();
    });

  program
    .command('doctor')
    .description(
      'say what is wrong with the profile and this machine; exit code 1 while something does not work',
    )
    .option('--repair', 'repair what can safely be repaired, after a backup')
    .option('--json', 'print what was found as JSON')
    .action(async (options: { repair?: boolean; json?: boolean }) => {
      const { runDoctor } = await import('./doctor-command.ts');
      exitCode = await runDoctor(options);
    });

  program
    .command('import')
    .description('take over the conversations and automations of an OpenClaw home; changes nothing in it')
    .option('--from <folder>', 'the home; ~/.openclaw if left out')
    .option('--dry-run', 'only say what would be taken')
    .option('--json', 'print the result as JSON')
    .action(async (options: { from?: string; dryRun?: boolean; json?: boolean }) => {
      const { importHome } = await import('./import-command.ts');
      exitCode = await importHome(options);
    });

  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : EXIT_USAGE;
  }
  return exitCode;
}

function parseLines(text: string): number {
  const lines = Number(text);
  if (Number.isInteger(lines) && lines >= 0 && lines <= 5_000) return lines;
  throw new CommanderError(
    EXIT_USAGE,
    'clawtray.lines',
    `error: "${text}" is no number of lines (0 to 5000)`,
  );
}

function parseDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= 3_660) return days;
  throw new CommanderError(EXIT_USAGE, 'clawtray.days', `error: "${text}" is no number of days (1 to 3660)`);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new CommanderError(EXIT_USAGE, 'clawtray.port', `error: "${text}" is not a port (0 to 65535)`);
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (seconds >= 1 && seconds <= 600) return seconds;
  throw new CommanderError(
    EXIT_USAGE,
    'clawtray.seconds',
    `error: "${text}" is not between 1 and 600 seconds`,
  );
}
