// A network of its own for a test: hosts with names and addresses, joined by a switch, in network namespaces. Takes root (as
// CI has it); without, the test fails and says so.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { onTestFinished } from 'vitest';

export interface TestHost {
  readonly name: string;
  readonly address: string;
  /** What to put before a command so that it runs on this host. */
  readonly prefix: readonly string[];
  /** Takes the cable out; what runs there goes on. */
  unplug(): void;
  plug(): void;
  /** Gives it another address in the same network. */
  move(address: string): void;
  /** Starts a program there; ended with the test. */
  run(command: string, args: readonly string[], env?: NodeJS.ProcessEnv): ChildProcess;
}

let networks = 0;

function ip(...args: readonly string[]): void {
  try {
    execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    const said = (error as { stderr?: Buffer }).stderr?.toString() ?? String(error);
    throw new Error(
      `A network for this test cannot be made (it takes root and iproute2): ip ${args.join(' ')}: ${said}`,
    );
  }
}

/** @param names of the hosts, as they call themselves; may repeat */
export function makeNetwork(...names: readonly string[]): readonly TestHost[] {
  networks += 1;
  const id = `${process.pid.toString(36)}${networks}`;
  const hub = `ct${id}`;
  ip('netns', 'add', hub);
  onTestFinished(() => {
    ip('netns', 'del', hub);
  });
  ip('-n', hub, 'link', 'add', 'switch', 'type', 'bridge', 'mcast_snooping', '0');
  ip('-n', hub, 'link', 'set', 'switch', 'up');
  return names.map((name, index) => attach(`${hub}h${index}`, hub, name, index));
}

function attach(ns: string, hub: string, name: string, index: number): TestHost {
  const port = `p${index}`;
  let address = `10.77.0.${index + 1}`;
  ip('netns', 'add', ns);
  onTestFinished(() => {
    ip('netns', 'del', ns);
  });
  ip('-n', hub, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', ns);
  ip('-n', hub, 'link', 'set', port, 'master', 'switch', 'up');
  ip('-n', ns, 'link', 'set', 'lo', 'up');
  const configure = (): void => {
    ip('-n', ns, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
    ip('-n', ns, 'link', 'set', 'eth0', 'up');
    ip('-n', ns, 'route', 'replace', 'default', 'dev', 'eth0');
  };
  configure();
  const prefix = [
    'ip',
    'netns',
    'exec',
    ns,
    'unshare',
    '--uts',
    'sh',
    '-c',
    `hostname ${name}; exec "$@"`,
    'sh',
  ];
  return {
    name,
    get address() {
      return address;
    },
    prefix,
    unplug: () => {
      ip('-n', hub, 'link', 'set', port, 'down');
    },
    plug: () => {
      ip('-n', hub, 'link', 'set', port, 'up');
    },
    move: (next) => {
      ip('-n', ns, 'addr', 'flush', 'dev', 'eth0');
      address = next;
      configure();
    },
    run: (command, args, env = process.env) => {
      const [program = '', ...before] = prefix;
      const child = spawn(program, [...before, command, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
      const gone = new Promise<void>((resolve) => {
        child.on('close', () => {
          resolve();
        });
      });
      onTestFinished(async () => {
        child.kill('SIGKILL');
        await gone;
      });
      return child;
    },
  };
}
