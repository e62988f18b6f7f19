import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { FoundGateway, FoundGateways } from '../../src-main/shared/discovery.ts';
import type {
  GatewayEntry,
  GatewayOutcome,
  GatewaysView,
  InspectResult,
} from '../../src-main/shared/gateways.ts';
import type { GatewaysBridge } from '../../src-main/shared/ipc.ts';
import { composer, does, happens, openWindow, type Window } from './support/app.tsx';

const FIRST = `AB:${'01:'.repeat(30)}FF`;
const SECOND = `CD:${'02:'.repeat(30)}EE`;

const own: GatewayEntry = {
  id: 'own',
  name: '',
  address: '127.0.0.1:18789',
  secure: false,
  onDuty: true,
  condition: 'connected',
  signIn: 'none',
  secret: 'none',
  waiting: 0,
  unread: 0,
};

const studio = (more: Partial<GatewayEntry> = {}): GatewayEntry => ({
  ...own,
  id: 'g1',
  name: 'Studio',
  address: '10.0.0.5:18789',
  secure: true,
  fingerprint: FIRST,
  signIn: 'token',
  secret: 'kept',
  ...more,
});

const announced = (more: Partial<FoundGateway> = {}): FoundGateway => ({
  id: 'attic (clawtray)',
  name: 'attic',
  addresses: ['10.0.0.7'],
  port: 18789,
  tls: true,
  direct: true,
  lastSeenMs: Date.now(),
  ...more,
});

const seen: Extract<InspectResult, { state: 'found' }> = {
  state: 'found',
  inspection: 'i1',
  name: 'attic',
  address: '10.0.0.7:18789',
  secure: true,
  loopback: false,
  fingerprint: SECOND,
  announcedOther: false,
  vouched: false,
};

/** The desktop's side: a list that changes as it is asked to, and what it was asked. */
function desktopWith(
  entries: readonly GatewayEntry[],
  { found, inspects = seen, refuses }: Partial<Desk> = {},
) {
  const asked: (readonly [string, unknown?])[] = [];
  const listeners = new Set<(view: GatewaysView) => void>();
  let view: GatewaysView = {
    gateways: [own, ...entries],
    selected: 'own',
    found: { status: 'searching', gateways: [], hidden: 0, ...found },
    secrets: 'system',
  };
  const become = (next: Partial<GatewaysView>): void => {
    view = { ...view, ...next };
    for (const listener of listeners) listener(view);
  };
  const change = (id: string, more: Partial<GatewayEntry>): void => {
    become({ gateways: view.gateways.map((one) => (one.id === id ? { ...one, ...more } : one)) });
  };
  const answer = (what: string, given: unknown, work: () => void): Promise<GatewayOutcome> => {
    asked.push([what, given]);
    if (refuses !== undefined) return Promise.resolve({ state: 'failed', message: refuses });
    work();
    return Promise.resolve({ state: 'done', id: 'g1' });
  };
  const bridge: GatewaysBridge = {
    list: () => Promise.resolve(view),
    search: (wanted) => {
      asked.push(['search', wanted]);
      return Promise.resolve();
    },
    inspect: (what) => {
      asked.push(['inspect', what]);
      return Promise.resolve(inspects);
    },
    add: (wish) =>
      answer('add', wish, () => {
        become({ gateways: [...view.gateways, studio({ id: 'g2', name: wish.name })] });
      }),
    signIn: (wish) => answer('signIn', wish, () => undefined),
    trust: (id, fingerprint) =>
      answer('trust', { id, fingerprint }, () => {
        change(id, { condition: 'connected', fingerprint });
      }),
    rename: (id, name) =>
      answer('rename', { id, name }, () => {
        change(id, { name });
      }),
    setDuty: (id, onDuty) =>
      answer('setDuty', { id, onDuty }, () => {
        change(id, { onDuty, condition: onDuty ? 'connecting' : 'off-duty' });
      }),
    forget: (id) =>
      answer('forget', id, () => {
        become({ gateways: view.gateways.filter((one) => one.id !== id) });
      }),
    retry: (id) => {
      asked.push(['retry', id]);
      return Promise.resolve();
    },
    select: (id) => answer('select', id, () => undefined),
    offer: (wish) => answer('offer', wish, () => undefined),
    draft: (gateway, draft) => answer('draft', { gateway, draft }, () => undefined),
    onChanged: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return { bridge, asked, become, change };
}

interface Desk {
  readonly found: Partial<FoundGateways>;
  readonly inspects: InspectResult;
  readonly refuses: string;
}

type Desktop = ReturnType<typeof desktopWith>;

async function openGateways(desktop: Desktop): Promise<Window> {
  const window = await openWindow({
    prepare: (_gateway, host) => {
      Object.assign(host, { gateways: desktop.bridge });
    },
  });
  await happens(() => {
    window.host.navigate({ view: 'gateways' });
  });
  await screen.findByRole('list', { name: 'Your gateways' }, { timeout: 5_000 });
  return window;
}

const list = () => within(screen.getByRole('list', { name: 'Your gateways' }));
const network = () => within(screen.getByRole('region', { name: 'In this network' }));
const dialog = () => within(screen.getByRole('dialog'));

async function choose({ user }: Window, command: string): Promise<void> {
  await does(user.click(list().getByRole('button', { name: 'Actions for Studio' })));
  await does(user.click(screen.getByRole('menuitem', { name: command })));
}

describe('the list of gateways', () => {
  it('says how each one stands, what waits there, and where it is', async () => {
    await openGateways(
      desktopWith([
        studio({ waiting: 1, unread: 2, version: '1.2.3' }),
        studio({ id: 'g2', name: 'Attic', condition: 'unreachable', problem: 'Nothing listens there.' }),
      ]),
    );
    expect(list().getByText('Connected · 10.0.0.5:18789 · TLS · 1.2.3 · 1 waits · 2 unread')).toBeTruthy();
    expect(list().getByText('Nothing listens there.')).toBeTruthy();
    // Our own can neither be forgotten nor put off duty.
    expect(list().getAllByRole('button', { name: /^Actions for/ })).toHaveLength(2);
  });

  it('searches the network only while somebody looks', async () => {
    const desktop = desktopWith([]);
    const { host } = await openGateways(desktop);
    await happens(() => {
      host.navigate({ view: 'inbox' });
    });
    expect(desktop.asked).toEqual([
      ['search', true],
      ['search', false],
    ]);
  });
});

describe('what announces itself', () => {
  it('is listed with what it says, and the search is repeated when somebody wants it', async () => {
    const desktop = desktopWith([studio()], {
      found: {
        gateways: [
          announced(),
          announced({ id: 'x', name: 'loft', addresses: ['10.0.0.8'], tls: false, direct: false }),
          announced({ id: 'known', name: 'Studio', addresses: ['10.0.0.5'] }),
        ],
        hidden: 3,
      },
    });
    const { user } = await openGateways(desktop);
    expect(network().getByText('10.0.0.7:18789 · TLS')).toBeTruthy();
    expect(network().getByText('10.0.0.8:18789 · announces no TLS')).toBeTruthy();
    expect(network().getByText('Only on its own computer')).toBeTruthy();
    expect(network().getByText('And 3 more.')).toBeTruthy();
    expect(network().queryByText('Studio'), 'it is used already').toBeNull();
    await does(user.click(network().getByRole('button', { name: 'Look again' })));
    expect(desktop.asked.filter(([what]) => what === 'search')).toHaveLength(2);
  });

  it('says what was given up, and goes on when a person asks', async () => {
    const problem = /The system does not let Clawtray look for other gateways/;
    const desktop = desktopWith([], {
      found: { status: 'stopped', problem: { code: 'not-allowed', detail: 'EACCES' } },
    });
    const { user } = await openGateways(desktop);
    expect(network().getByText(problem)).toBeTruthy();
    expect(network().getByText('The network isn’t searched right now.')).toBeTruthy();
    await does(user.click(network().getByRole('button', { name: 'Look again' })));
    await happens(() => {
      desktop.become({ found: { status: 'searching', gateways: [], hidden: 0 } });
    });
    expect(network().queryByText(problem)).toBeNull();
  });
});

describe('adding one', () => {
  it('by its address shows the fingerprint first, and sends the secret once it was confirmed', async () => {
    const desktop = desktopWith([]);
    const { user } = await openGateways(desktop);
    await does(user.click(screen.getByRole('button', { name: 'Add gateway' })));
    await does(user.type(dialog().getByLabelText('Address or setup code'), 'attic.local'));
    await does(user.click(dialog().getByRole('button', { name: 'Look' })));
    expect(desktop.asked.at(-1)).toEqual(['inspect', { kind: 'address', text: 'attic.local' }]);
    expect(dialog().getByText(/^CD020202 02020202 /)).toBeTruthy();
    expect(document.activeElement?.textContent).toBe('Cancel');
    const confirm = dialog().getByRole('button', { name: 'Confirm and connect' });
    expect(confirm).toHaveProperty('disabled', true);
    await does(user.type(dialog().getByLabelText('Token'), 'secret'));
    await does(user.click(confirm));
    expect(desktop.asked.at(-1)).toEqual([
      'add',
      {
        inspection: 'i1',
        name: 'attic',
        credential: { kind: 'token', secret: 'secret' },
        plainAccepted: false,
        weakAccepted: false,
      },
    ]);
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(list().getByText('attic')).toBeTruthy();
  });

  it('without encryption wants that to be accepted', async () => {
    const { fingerprint: _none, ...plain } = { ...seen, secure: false };
    const desktop = desktopWith([], { inspects: plain, found: { gateways: [announced()] } });
    const { user } = await openGateways(desktop);
    await does(user.click(network().getByRole('button', { name: 'Add attic' })));
    await does(user.type(dialog().getByLabelText('Token'), 'secret'));
    const confirm = dialog().getByRole('button', { name: 'Confirm and connect' });
    expect(confirm).toHaveProperty('disabled', true);
    await does(user.click(dialog().getByRole('checkbox', { name: /without encryption/ })));
    await does(user.click(confirm));
    expect(desktop.asked.at(-1)).toMatchObject(['add', { plainAccepted: true }]);
  });

  it('warns when the network says something else than the certificate', async () => {
    const desktop = desktopWith([], {
      inspects: { ...seen, announcedOther: true },
      found: { gateways: [announced()] },
    });
    const { user } = await openGateways(desktop);
    await does(user.click(network().getByRole('button', { name: 'Add attic' })));
    expect(dialog().getByText(/announces another fingerprint/)).toBeTruthy();
  });

  it('that does not work says why, and keeps what was entered', async () => {
    const message = 'Nothing listens at 10.0.0.9. Is the gateway running there?';
    const desktop = desktopWith([], { inspects: { state: 'failed', message } });
    const { user } = await openGateways(desktop);
    await does(user.click(screen.getByRole('button', { name: 'Add gateway' })));
    await does(user.type(dialog().getByLabelText('Address or setup code'), '10.0.0.9'));
    await does(user.click(dialog().getByRole('button', { name: 'Look' })));
    expect(dialog().getByRole('alert').textContent).toBe(message);
    expect(dialog().getByLabelText('Address or setup code')).toHaveProperty('value', '10.0.0.9');
  });
});

describe('one of them', () => {
  it('is renamed, put off duty and on again, and forgotten after a question', async () => {
    const desktop = desktopWith([studio()]);
    const window = await openGateways(desktop);
    const { user } = window;
    await choose(window, 'Rename');
    const name = dialog().getByLabelText('Name');
    await does(user.clear(name));
    await does(user.type(name, ' Workshop {Enter}'));
    expect(desktop.asked.at(-1)).toEqual(['rename', { id: 'g1', name: 'Workshop' }]);
    await happens(() => {
      desktop.change('g1', { name: 'Studio' });
    });

    await choose(window, 'Put off duty');
    expect(list().getByText('No connection, no notifications.')).toBeTruthy();
    await does(user.click(list().getByRole('button', { name: 'Put on duty' })));
    expect(desktop.asked.slice(-2)).toEqual([
      ['setDuty', { id: 'g1', onDuty: false }],
      ['setDuty', { id: 'g1', onDuty: true }],
    ]);

    await choose(window, 'Forget');
    expect(document.activeElement?.textContent).toBe('Keep');
    await does(user.click(dialog().getByRole('button', { name: 'Forget' })));
    expect(desktop.asked.at(-1)).toEqual(['forget', 'g1']);
    expect(list().queryByText('Studio')).toBeNull();
  });

  it('says what did not work, in the row and in the question, which stays', async () => {
    const desktop = desktopWith([studio({ onDuty: false, condition: 'off-duty' })], {
      refuses: 'The disk is full.',
    });
    const window = await openGateways(desktop);
    await does(window.user.click(list().getByRole('button', { name: 'Put on duty' })));
    expect(list().getByRole('alert').textContent).toBe('The disk is full.');
    await choose(window, 'Forget');
    await does(window.user.click(dialog().getByRole('button', { name: 'Forget' })));
    expect(dialog().getByRole('alert').textContent).toBe('The disk is full.');
  });

  it('with another certificate shows both, and takes the new one only when that is said', async () => {
    const desktop = desktopWith([studio({ condition: 'certificate-changed', shownFingerprint: SECOND })]);
    const { user } = await openGateways(desktop);
    await does(user.click(list().getByRole('button', { name: 'Compare' })));
    expect(dialog().getByText(/^AB010101/)).toBeTruthy();
    expect(dialog().getByText(/^CD020202/)).toBeTruthy();
    expect(document.activeElement?.textContent).toBe('Stay away');
    await does(user.click(dialog().getByRole('button', { name: 'Accept the new one' })));
    expect(desktop.asked.at(-1)).toEqual(['trust', { id: 'g1', fingerprint: SECOND }]);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('that waits for approval says how it is given there', async () => {
    await openGateways(
      desktopWith([studio({ condition: 'pairing', requestId: '2e10f78e-214a-43bc-bc70-c4ec3c2da933' })]),
    );
    expect(list().getByText('clawtray devices approve 2e10f78e')).toBeTruthy();
  });
});

describe('text from a link', () => {
  const link = { view: 'draft', message: 'Call Ana' } as const;

  it('is for our own gateway unless the person chooses another one', async () => {
    const desktop = desktopWith([studio()]);
    const { host, user } = await openGateways(desktop);
    await happens(() => {
      host.navigate(link);
    });
    const choice = dialog().getByLabelText('Gateway');
    expect(choice).toHaveProperty('value', 'own');
    await does(user.selectOptions(choice, 'Studio'));
    await does(user.click(dialog().getByRole('button', { name: 'Use as draft' })));
    expect(desktop.asked.at(-1)).toEqual(['draft', { gateway: 'g1', draft: { message: 'Call Ana' } }]);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('is not asked about twice: what was agreed to is in the message', async () => {
    const { host } = await openGateways(desktopWith([studio()]));
    await happens(() => {
      host.navigate({ ...link, agreed: true });
    });
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(composer().value).toBe('Call Ana');
  });

  it('asks nothing where there is one gateway', async () => {
    const { host } = await openGateways(desktopWith([]));
    await happens(() => {
      host.navigate(link);
    });
    expect(dialog().queryByLabelText('Gateway')).toBeNull();
  });
});
