// `clawtray gateway trace` and `clawtray gateway methods`: what passes through the running gateway, and what it takes.

import type { GatewayConnection } from '../client/connection.ts';
import { errorText } from '../shared/logger.ts';
import { traceLine } from '../shared/protocol/trace.ts';
import type { MethodListing } from '../shared/protocol/methods.ts';
import { withGateway } from './client.ts';
import { print, printProblem } from './output.ts';
import { untilStopped } from './stop-signal.ts';

const TIMEOUT = 10_000;

/**
 * Prints every message that passes, until Ctrl+C. Comes back by itself when the gateway was restarted.
 * @param verbose also prints each message's dialect and connection
 * @returns the exit code
 */
export function watchTrace(verbose: boolean): Promise<number> {
  return withGateway(async (connection) => {
    connection.on('trace', ({ entries, dropped }) => {
      for (const entry of entries) print(traceLine(entry, verbose));
      if (dropped > 0) printProblem(`${dropped} more messages passed than could be shown.`);
    });
    await connection.request('trace.subscribe', {}, TIMEOUT);
    connection.onState((state) => {
      if (state.status === 'connected') subscribeAgain(connection);
      else if (state.status === 'waiting')
        printProblem(`The gateway cannot be reached: ${state.reason} Trying again.`);
    });
    printProblem('Watching the gateway’s messages. Press Ctrl+C to stop.');
    await untilStopped();
  });
}

function subscribeAgain(connection: GatewayConnection): void {
  connection.request('trace.subscribe', {}, TIMEOUT).catch((error: unknown) => {
    printProblem(errorText(error));
  });
}

/** @returns the exit code */
export function listMethods(asJson: boolean): Promise<number> {
  return withGateway(async (connection) => {
    const { methods } = await connection.request('gateway.methods', {}, TIMEOUT);
    if (asJson) print(JSON.stringify(methods, null, 2));
    else for (const line of methodLines(methods)) print(line);
  });
}

function methodLines(methods: readonly MethodListing[]): readonly string[] {
  const rows = methods.map(({ name, scope = '-', dialects }) => [name, scope, dialects.join(', ')] as const);
  const header = ['METHOD', 'SCOPE', 'DIALECTS'] as const;
  const width = (column: 0 | 1): number => Math.max(...[header, ...rows].map((row) => row[column].length));
  return [header, ...rows].map(
    ([name, scope, dialects]) => `${name.padEnd(width(0))}  ${scope.padEnd(width(1))}  ${dialects}`,
  );
}
