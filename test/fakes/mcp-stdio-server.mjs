// An MCP server as a process of its own, for the tests. What it is told to do is in its arguments.

import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import process from 'node:process';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { createMcpTestServer } from './mcp-tools.mjs';

const [started, mode = ''] = process.argv.slice(2);
// Every start leaves its process id, so that a test can look whether it is still there.
appendFileSync(started, `${process.pid}\n`);
if (mode === 'broken') {
  process.stderr.write(`cannot sign in with ${process.env.API_KEY}\n`);
  process.exit(3);
}
if (mode === 'hang') {
  process.stdin.resume();
  setInterval(() => undefined, 1_000);
} else {
  const server = createMcpTestServer({
    environment: () => JSON.stringify(process.env),
    folder: () => process.cwd(),
    crash: () => process.exit(1),
    flood: () => {
      const line = `${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'x' } })}\n`;
      for (let n = 0; n < 20_000; n += 1) process.stdout.write(line);
    },
    endless: () => {
      const piece = 'x'.repeat(1_000_000);
      for (let n = 0; n < 12; n += 1) process.stdout.write(piece);
    },
    child: () => {
      const child = spawn('sleep', ['600'], { stdio: 'ignore' });
      appendFileSync(started, `${child.pid}\n`);
      return child.pid;
    },
    noise: () => {
      process.stdout.write('this is no message\n');
      return 'after the noise';
    },
  });
  await server.connect(new StdioServerTransport());
}
