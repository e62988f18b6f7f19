// A gateway in a process of its own, to be killed. Says on its standard output where it is, or why it did not start.

import { createGateway } from '../../src-main/gateway/gateway.ts';
import { silentLogger } from '../../src-main/shared/logger.ts';

const gateway = createGateway(
  { port: Number(process.argv[2]) },
  { env: process.env, log: silentLogger, findServers: () => Promise.resolve([]) },
);

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

try {
  const { url } = await gateway.start();
  say({ url, token: gateway.revealSecret() ?? '' });
  process.on('SIGTERM', () => {
    void gateway.stop().then(() => process.exit(0));
  });
} catch (error) {
  const { name, message } = error as Error;
  say({ error: name, message });
  process.exitCode = 1;
}
