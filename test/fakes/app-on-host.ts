// The windowless app as a program, for hosts in networks that a test makes. Every line that it reads is something to do;
// every line that it writes is what came of one, or what would be seen.
// usage: app-on-host <folder of its profile>

import { createInterface } from 'node:readline';
import { silentLogger } from '../../src-main/shared/logger.ts';
import { startWindowlessApp, type WindowlessApp } from './windowless-app.ts';

const [folder = ''] = process.argv.slice(2);
const tell = (what: object): void => void process.stdout.write(`${JSON.stringify(what)}\n`);
const app = await startWindowlessApp(folder, tell, silentLogger);

/** What the window asks (`gateways:…`), what a gateway is asked, what is pressed, and that the network is another one. */
interface Wish {
  readonly id: number;
  readonly what: string;
  readonly params: unknown;
  readonly gateway?: string;
}

async function fulfil({ what, params, gateway }: Wish, { others, requests, shown }: WindowlessApp) {
  if (gateway !== undefined) {
    const remote = others.fleet.find(gateway);
    if (remote === undefined) throw new Error('There is no such gateway.');
    return remote.connection.call(what, params, 10_000);
  }
  if (what === 'resumed') {
    others.resumed();
    return undefined;
  }
  if (what === 'press') {
    const { id, button } = params as { readonly id: string; readonly button: string };
    shown.get(id)?.onButton?.(button);
    return undefined;
  }
  const handler = Reflect.get(requests, what) as (given: unknown) => unknown;
  return handler(params);
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const wish = JSON.parse(line) as Wish;
  fulfil(wish, app).then(
    (answer) => {
      tell({ id: wish.id, answer: answer ?? null });
    },
    (error: unknown) => {
      tell({ id: wish.id, error: String(error) });
    },
  );
});
tell({ started: true });
