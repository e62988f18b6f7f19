// `clawtray gateway`: starts the core under plain Node, says where it is, and ends it in order.

import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import { createNodeDialer } from '../client/node-dialer.ts';
import { resolvePaths } from '../gateway/config/paths.ts';
import { readKnownSecret } from '../gateway/auth/known-secret.ts';
import { createGateway } from '../gateway/gateway.ts';
import type { BindMode } from '../gateway/network/binding.ts';
import { createFileLog } from '../gateway/logs/file-log.ts';
import { identifyPortOwner } from '../gateway/port-owner.ts';
import { readRuntimeFile } from '../gateway/runtime-file.ts';
import { PortInUseError } from '../gateway/server/server.ts';
import { systemClock } from '../gateway/system-clock.ts';
import { ProfileInUseError } from '../gateway/store/open-store.ts';
import { readKnownCertificates } from '../gateway/tls/known-certificates.ts';
import { pinnedSocket } from '../gateway/tls/pinned-socket.ts';
import { createNetworkAnnouncer } from '../discovery/network-announcer.ts';
import { VERSION } from '../shared/brand.ts';
import { errorText } from '../shared/logger.ts';
import { traceLine, type TraceEntry } from '../shared/protocol/trace.ts';
import { commandLine, consoleLog, print, printProblem } from './output.ts';
import { stopSignal } from './stop-signal.ts';

const EXIT_FAILED = 1;
/** EX_CONFIG of sysexits.h, and what OpenClaw's gateway uses: trying again does not help. */
const EXIT_CONFIG = 78;

/** @returns the exit code, once the gateway has ended */
export async function runGateway(options: {
  port?: number;
  token?: string;
  bind?: BindMode;
  debug?: boolean;
  /** Where the control UI's built pages are. */
  pagesFolder: string;
  /** Where the skills are that come with the application. */
  skillsFolder: string;
  /** Done once it listens; an exit code other than 0 ends it again. */
  onStarted?: () => Promise<number>;
}): Promise<number> {
  const { env } = process;
  const paths = resolvePaths(env);
  const log = createFileLog(paths.logFile, consoleLog);
  const network = createNetworkAnnouncer({ clock: systemClock, log, version: VERSION });
  const gateway = createGateway(options, {
    env,
    log,
    onAnnounce: (announcement) => {
      network.announce(announcement);
    },
    pagesFolder: options.pagesFolder,
    skillsFolder: options.skillsFolder,
    nodeHost: {
      dial: createNodeDialer({
        createSocket: pinnedSocket,
        random: Math.random,
        newId: randomUUID,
        platform: process.platform,
      }),
    },
    ...(options.debug === true ? { onTrace: printTrace } : {}),
  });
  process.on('unhandledRejection', (error) => {
    log.error('an error was not handled', { error: errorText(error) });
  });
  try {
    const { url } = await gateway.start();
    print(`Clawtray gateway ${VERSION}`);
    print(`Listening on ${url}`);
    print(`In a browser: ${url.replace(/^ws/, 'http')}/`);
    for (const address of gateway.networkAddresses()) print(`On the network: ${networkUrl(url, address)}`);
    const certificate = gateway.certificate();
    if (certificate !== undefined) print(`Certificate: SHA-256 ${certificate}`);
    print(`Sign-in: ${describeAuth(gateway.authMode())}`);
    print('Press Ctrl+C to stop.');
  } catch (error) {
    await log.flush();
    return explainFailure(error);
  }
  const code = (await options.onStarted?.()) ?? 0;
  if (code === 0) await stopSignal();
  await gateway.stop();
  await network.close();
  await log.flush();
  return code;
}

/** The same port and scheme, at another address. */
function networkUrl(url: string, address: string): string {
  const { protocol, port } = new URL(url);
  return `${protocol}//${isIP(address) === 6 ? `[${address}]` : address}:${port}`;
}

function describeAuth(mode: 'token' | 'password' | 'none'): string {
  switch (mode) {
    case 'token':
      return `token (an address that contains it: ${commandLine('url')})`;
    case 'password':
      return 'password (gateway.auth.password)';
    case 'none':
      return 'off — every program on this computer can use this gateway';
  }
}

function printTrace(entry: TraceEntry): void {
  print(traceLine(entry));
}

async function explainFailure(error: unknown): Promise<number> {
  if (error instanceof ProfileInUseError) return explainProfileInUse(error);
  if (error instanceof PortInUseError) {
    printProblem(await explainPortInUse(error));
    return EXIT_FAILED;
  }
  printProblem(errorText(error));
  return EXIT_CONFIG;
}

/** A second start of the same profile is not a failure when the first one works. */
async function explainProfileInUse(error: ProfileInUseError): Promise<number> {
  const paths = resolvePaths(process.env);
  const info = readRuntimeFile(paths.runtimeFile);
  if (info !== undefined) {
    const owner = await identifyPortOwner(
      info.port,
      await readKnownSecret(paths, process.env),
      await readKnownCertificates(paths, process.env),
    );
    if (owner.kind === 'clawtray' && owner.ours) {
      const scheme = owner.tls === undefined ? 'ws' : 'wss';
      print(
        `This profile’s gateway is already running (process ${info.pid}): ${scheme}://${info.host}:${info.port}`,
      );
      return 0;
    }
  }
  const process_ =
    info === undefined ? '' : ` It is process ${info.pid}, and it does not answer; end it first.`;
  printProblem(error.message + process_);
  return EXIT_CONFIG;
}

async function explainPortInUse({ port, message }: PortInUseError): Promise<string> {
  const another = `Choose another port: ${commandLine('gateway --port 18790')}`;
  const owner = await identifyPortOwner(port, undefined);
  switch (owner.kind) {
    case 'clawtray':
      return `A Clawtray gateway of another profile (version ${owner.version}) already listens on port ${port}. ${another}`;
    case 'openclaw':
      return `An OpenClaw gateway already listens on port ${port}. Stop it, or choose another port. ${another}`;
    case 'other':
    case 'nobody':
      return `${message} ${another}`;
  }
}
