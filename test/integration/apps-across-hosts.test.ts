// The app and the gateways that it uses on other computers, in a network that each test makes: found, confirmed by their
// fingerprint, chatted with, decided for; and what happens when they move, go, come back, or are somebody else.

import { expect, test } from 'vitest';
import type {
  GatewayEntry,
  GatewayOutcome,
  GatewaysView,
  InspectResult,
} from '../../src-main/shared/gateways.ts';
import { makeCertificate, type TestCertificate } from '../fakes/certificates.ts';
import { useBundle } from '../fakes/bundle.ts';
import { useCli, type CliProcess } from '../fakes/cli-process.ts';
import { makeNetwork, type TestHost } from '../fakes/network.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { writeConfig } from '../fakes/test-gateway.ts';
import type { Seen } from '../fakes/windowless-app.ts';

const cli = useCli();
const appProgram = useBundle('test/fakes/app-on-host.ts');

interface App {
  /** What the window may ask of the desktop. */
  ask<Answer>(what: string, params?: unknown): Promise<Answer>;
  /** What a gateway is asked over the app's own connection. */
  request<Answer>(gateway: string, method: string, params: unknown): Promise<Answer>;
  /** Resolves with the first of what would be seen that fits. */
  sees<Found>(what: string, pick: (seen: Seen) => Found | undefined, withinMs?: number): Promise<Found>;
  /** Resolves once the last list fits. */
  lists<Found>(
    what: string,
    pick: (view: GatewaysView) => Found | undefined,
    withinMs?: number,
  ): Promise<Found>;
}

interface Line extends Seen {
  readonly id?: number;
  readonly answer?: unknown;
  readonly error?: string;
}

function startApp(host: TestHost, folder = temporaryFolder()): App {
  const child = host.run(process.execPath, [appProgram(), folder]);
  let text = '';
  let problems = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (problems += chunk.toString()));
  let ids = 0;
  const lines = (): readonly Line[] =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  const wait = async <Found>(what: string, find: () => Found | undefined, withinMs: number): Promise<Found> =>
    waitUntil(find, what, withinMs).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${text.slice(-3_000)}\n${problems}`);
    });
  const sees: App['sees'] = (what, pick, withinMs = 10_000) =>
    wait(
      what,
      () => {
        for (const line of lines()) {
          const found = pick(line);
          if (found !== undefined) return found;
        }
        return undefined;
      },
      withinMs,
    );
  const send = async <Answer>(wish: object): Promise<Answer> => {
    const id = (ids += 1);
    child.stdin?.write(`${JSON.stringify({ id, ...wish })}\n`);
    const line = await wait('an answer', () => lines().find((one) => one.id === id), 15_000);
    if (line.error !== undefined) throw new Error(line.error);
    return line.answer as Answer;
  };
  return {
    sees,
    ask: (what, params) => send({ what, params }),
    request: (gateway, what, params) => send({ gateway, what, params }),
    lists: (what, pick, withinMs = 10_000) =>
      wait(
        what,
        () => {
          const view = lines().findLast((line) => line.view !== undefined)?.view;
          return view === undefined ? undefined : pick(view);
        },
        withinMs,
      ),
  };
}

interface Studio {
  readonly host: TestHost;
  readonly certificate: TestCertificate;
  readonly token: string;
  gateway: CliProcess;
  start(certificate?: TestCertificate): Promise<void>;
  /** Lets a device in, as its person does there. */
  approve(requestId: string): Promise<void>;
}

async function startStudio(host: TestHost): Promise<Studio> {
  const stateDir = temporaryFolder();
  const token = 'a-token-that-is-long-enough-for-a-test';
  const first = await makeCertificate();
  const studio: { -readonly [Key in keyof Studio]: Studio[Key] } = {
    host,
    certificate: first,
    token,
    gateway: undefined as unknown as CliProcess,
    start: async (certificate = first) => {
      const tls = { enabled: true, certPath: certificate.certPath, keyPath: certificate.keyPath };
      writeConfig(stateDir, { gateway: { tls, auth: { mode: 'token', token } } });
      studio.gateway = cli.on(host.prefix)(stateDir, 'gateway', '--bind', 'lan');
      await studio.gateway.sees(/Press Ctrl\+C/);
    },
    approve: async (requestId) => {
      const approving = cli.on(host.prefix)(stateDir, 'devices', 'approve', requestId);
      expect(await approving.exited, approving.problems()).toBe(0);
    },
  };
  await studio.start();
  return studio;
}

const named =
  (name: string) =>
  ({ found }: GatewaysView) =>
    found.gateways.find((one) => one.name === name);

const stands =
  (condition: GatewayEntry['condition']) =>
  ({ gateways }: GatewaysView): GatewayEntry | undefined =>
    gateways.find((one) => one.id !== 'own' && one.condition === condition);

/** Finds it in the network, compares the fingerprint, signs in, and is approved there. @returns its id in the list */
async function use(app: App, studio: Studio): Promise<string> {
  const { host, certificate, token } = studio;
  await app.ask('gateways:search', true);
  const found = await app.lists(`${host.name} to be found`, named(host.name));
  const seen = await app.ask<InspectResult>('gateways:inspect', { kind: 'found', text: found.id });
  if (seen.state === 'failed') throw new Error(seen.message);
  expect(seen).toMatchObject({ secure: true, fingerprint: certificate.fingerprint, announcedOther: false });
  const { inspection, name } = seen;
  const credential = { kind: 'token', secret: token };
  const added = await app.ask<GatewayOutcome>('gateways:add', {
    inspection,
    name,
    credential,
    plainAccepted: false,
    weakAccepted: false,
  });
  if (added.state === 'failed') throw new Error(added.message);
  const { requestId = '' } = await app.lists('the wait for approval', stands('pairing'));
  await studio.approve(requestId);
  await app.lists('the connection', stands('connected'));
  return added.id;
}

async function chat(app: App, gateway: string, key: string, message: string): Promise<void> {
  await app.request(gateway, 'chat.send', {
    sessionKey: 'agent:main:main',
    message,
    idempotencyKey: key,
  });
}

test('a gateway found in the network is chatted with and decided for, and says where its notifications come from', async () => {
  const [desk, studioHost] = makeNetwork('desk', 'studio') as [TestHost, TestHost];
  const studio = await startStudio(studioHost);
  const app = startApp(desk);
  const id = await use(app, studio);

  await chat(app, id, 'r1', 'run uname -n');
  const asked = await app.sees('the approval', ({ shown }) =>
    shown?.body.includes('uname -n') === true ? shown : undefined,
  );
  expect(asked.title).toMatch(/^On studio: /);
  expect(asked.buttons?.map((button) => button.id)).toContain('approve');
  await app.lists('it to be counted', ({ gateways }) => gateways.find((one) => one.waiting === 1));
  await app.ask('press', { id: asked.id, button: 'approve' });
  await app.sees('it to go from the screen', ({ closed }) => (closed === asked.id ? closed : undefined));
  const said = async (): Promise<string> =>
    JSON.stringify(await app.request(id, 'chat.history', { sessionKey: 'agent:main:main' }));
  await waitUntil(
    async () => ((await said()).includes('studio\\n') ? true : undefined),
    'the answer',
    10_000,
  );

  // The cable is out for a moment: what was said arrives, and nothing has to be done about it.
  studioHost.unplug();
  const sent = chat(app, id, 'r2', 'remember that Ana likes tea');
  studioHost.plug();
  await sent;
  await waitUntil(async () => ((await said()).includes('Ana likes tea') ? true : undefined), 'it', 10_000);
  expect(await app.lists('still there', stands('connected'))).toMatchObject({ id });
}, 40_000);

test('one that was killed is lost within seconds of asking, and is used again where it comes back', async () => {
  const [desk, studioHost] = makeNetwork('desk', 'studio') as [TestHost, TestHost];
  const studio = await startStudio(studioHost);
  const app = startApp(desk);
  const id = await use(app, studio);

  // As in a power cut: nobody says goodbye.
  await studio.gateway.kill();
  await app.lists('the end of the connection', stands('unreachable'));
  await app.ask('gateways:search', true);
  const lost = ({ found }: GatewaysView): true | undefined =>
    found.gateways.length === 0 ? true : undefined;
  await app.lists('it to go from what is found', lost, 14_000);

  // Another address, as a router gives out: its certificate says who it is.
  studioHost.move('10.77.0.99');
  await studio.start();
  await app.lists('it to be found again', named('studio'));
  await app.ask('gateways:retry', id);
  await app.lists('it to be used again', stands('connected'), 15_000);
  await chat(app, id, 'r1', 'hello');
}, 60_000);

test('somebody else in its place gets nothing, and what the network says about fingerprints changes none', async () => {
  const [desk, studioHost] = makeNetwork('desk', 'studio') as [TestHost, TestHost];
  const studio = await startStudio(studioHost);
  const app = startApp(desk);
  const id = await use(app, studio);
  await studio.gateway.kill();
  const other = await makeCertificate();
  await studio.start(other);
  await app.ask('resumed');
  const refused = await app.lists('the refusal', stands('certificate-changed'));
  expect(refused).toMatchObject({
    fingerprint: studio.certificate.fingerprint,
    shownFingerprint: other.fingerprint,
  });
  // The announcement names the new one by now; that is a hint and nothing more.
  await app.lists('the announcement', (view) => {
    const hex = other.fingerprint.replaceAll(':', '').toLowerCase();
    return named('studio')(view)?.fingerprint === hex ? true : undefined;
  });
  await app.ask('gateways:retry', id);
  await expect(app.request(id, 'health', {})).rejects.toThrow();
  expect(await app.lists('still refused', stands('certificate-changed'))).toMatchObject({ id });

  // Its person looked there: it was renewed.
  const trusted = { id, fingerprint: other.fingerprint };
  expect(await app.ask('gateways:trust', trusted)).toMatchObject({ state: 'done' });
  await app.lists('the connection', stands('connected'));
}, 40_000);
