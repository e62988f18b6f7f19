import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { GatewayEntry, GatewaysView, OfferToGateway } from '../../src-main/shared/gateways.ts';
import type { GatewaysBridge } from '../../src-main/shared/ipc.ts';
import type { NodeLink, NodeOffer } from '../../src-main/shared/protocol/node-links.ts';
import { does, happens, openWindow, type Window, type WindowOptions } from './support/app.tsx';
import { Refusal, type FakeGateway } from './support/fake-gateway.ts';

const link = (more: Partial<NodeLink> = {}): NodeLink => ({
  id: 'l1',
  name: 'Büro',
  url: 'wss://10.0.0.5:18789',
  enabled: true,
  offers: ['notify'],
  commands: [],
  state: { status: 'connected' },
  ...more,
});

/** A gateway that keeps these links. */
function keeping(first: readonly NodeLink[], available: readonly NodeOffer[] = ['notify', 'run', 'screen']) {
  return (gateway: FakeGateway): void => {
    let links = first;
    const become = (next: readonly NodeLink[]): void => {
      links = next;
      gateway.emit('node.links.changed', { links });
    };
    gateway.handlers['device.pair.list'] = () => ({ pending: [], paired: [] });
    gateway.handlers['node.links.list'] = () => ({ links, available });
    gateway.handlers['node.links.add'] = ({ code, url, name = 'x', offers = [] }) => {
      if (code === 'wrong') throw new Refusal('INVALID_REQUEST', 'code is no setup code.');
      const added = link({
        id: 'l2',
        name,
        url: url ?? 'wss://from-code',
        offers,
        state: { status: 'connecting' },
      });
      become([...links, added]);
      return { link: added };
    };
    gateway.handlers['node.links.set'] = ({ id, enabled, offers }) => {
      const changed = links.map((one) =>
        one.id === id
          ? {
              ...one,
              ...(enabled === undefined ? {} : { enabled }),
              ...(offers === undefined ? {} : { offers }),
            }
          : one,
      );
      become(changed);
      return { link: link() };
    };
    gateway.handlers['node.links.remove'] = ({ id }) => {
      become(links.filter((one) => one.id !== id));
      return { id };
    };
  };
}

async function openDevices(prepare: NonNullable<WindowOptions['prepare']>): Promise<Window> {
  const window = await openWindow({ prepare });
  await does(window.user.keyboard('{Control>},{/Control}'));
  await does(window.user.click(await screen.findByRole('button', { name: 'Devices' }, { timeout: 5_000 })));
  return window;
}

const entry = (more: Partial<GatewayEntry>): GatewayEntry => ({
  id: 'own',
  name: '',
  address: '127.0.0.1:18789',
  secure: true,
  onDuty: true,
  condition: 'connected',
  signIn: 'token',
  secret: 'kept',
  waiting: 0,
  unread: 0,
  ...more,
});

/** In the desktop, with these other gateways; keeps what was offered to them. */
function using(gateways: readonly GatewayEntry[], offered: OfferToGateway[], refusal?: string) {
  return (window: object): void => {
    const view: GatewaysView = {
      gateways: [entry({}), ...gateways],
      selected: 'own',
      found: { status: 'off', gateways: [], hidden: 0 },
      secrets: 'system',
    };
    const bridge: Pick<GatewaysBridge, 'list' | 'onChanged' | 'offer'> = {
      list: () => Promise.resolve(view),
      onChanged: () => () => undefined,
      offer: (wish) => {
        offered.push(wish);
        return Promise.resolve(
          refusal === undefined ? { state: 'done', id: 'l2' } : { state: 'failed', message: refusal },
        );
      },
    };
    Object.assign(window, { gateways: bridge });
  };
}

const last = (gateway: FakeGateway, method: string): unknown =>
  gateway.requests.findLast((request) => request.method === method)?.params;

describe('this computer for other gateways', () => {
  it('shows who may use what, and switches single things on and off', async () => {
    const { gateway, user } = await openDevices(keeping([link()]));
    expect(screen.getByText('Büro')).toBeTruthy();
    expect(screen.getByRole('switch', { name: 'Notifications' })).toHaveProperty('checked', true);
    const run = screen.getByRole('switch', { name: 'Commands' });
    expect(run).toHaveProperty('checked', false);
    expect(screen.queryByRole('switch', { name: 'Your rules about commands' })).toBeNull();
    await does(user.click(run));
    expect(last(gateway, 'node.links.set')).toEqual({ id: 'l1', offers: ['notify', 'run'] });
    expect(screen.getByRole('switch', { name: 'Commands' })).toHaveProperty('checked', true);
    await does(user.click(screen.getByRole('switch', { name: 'Notifications' })));
    expect(last(gateway, 'node.links.set')).toEqual({ id: 'l1', offers: ['run'] });
  });

  it('is offered by a setup code, with nothing switched on that was not chosen', async () => {
    const { gateway, user } = await openDevices(keeping([]));
    await does(user.click(screen.getByRole('button', { name: 'Offer this computer' })));
    const dialog = within(screen.getByRole('dialog'));
    const code = dialog.getByRole('textbox', { name: 'Setup code' });
    await does(user.type(code, 'wrong'));
    await does(user.click(dialog.getByRole('button', { name: 'Offer' })));
    expect(dialog.getByRole('alert').textContent).toBe('code is no setup code.');
    await user.clear(code);
    await does(user.type(code, ' abc '));
    await does(user.click(dialog.getByRole('switch', { name: 'Pictures of your screen' })));
    await does(user.click(dialog.getByRole('button', { name: 'Offer' })));
    expect(last(gateway, 'node.links.add')).toEqual({ code: 'abc', offers: ['screen'] });
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(screen.getByText('Connecting …')).toBeTruthy();
  });

  it('is offered by an address, and follows what becomes of it', async () => {
    const { gateway, user } = await openDevices(keeping([]));
    await does(user.click(screen.getByRole('button', { name: 'Offer this computer' })));
    const dialog = within(screen.getByRole('dialog'));
    await does(user.click(dialog.getByRole('button', { name: 'Enter an address instead' })));
    await does(user.type(dialog.getByRole('textbox', { name: 'Address' }), 'wss://10.0.0.9:1'));
    await does(user.type(dialog.getByLabelText('Token'), 'secret'));
    await does(user.type(dialog.getByRole('textbox', { name: 'Name, as you call it' }), 'Attic'));
    await does(user.click(dialog.getByRole('button', { name: 'Offer' })));
    expect(last(gateway, 'node.links.add')).toEqual({
      url: 'wss://10.0.0.9:1',
      token: 'secret',
      name: 'Attic',
      offers: [],
    });
    gateway.handlers['node.links.list'] = () => ({
      links: [link({ name: 'Attic', state: { status: 'refused', reason: 'wrong token' } })],
      available: ['notify'],
    });
    await happens(() => {
      gateway.emit('node.links.changed', { links: [] });
    });
    expect(screen.getByText('Turned away: wrong token')).toBeTruthy();
  });

  it('is turned off and taken back after a question', async () => {
    const { user } = await openDevices(keeping([link()]));
    const more = screen.getByRole('button', { name: 'Actions for Büro' });
    await does(user.click(more));
    await does(user.click(screen.getByRole('menuitem', { name: 'Turn off' })));
    expect(screen.queryByRole('switch', { name: 'Commands' })).toBeNull();
    await does(user.click(more));
    await does(user.click(screen.getByRole('menuitem', { name: 'Remove' })));
    await does(user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Remove' })));
    expect(screen.queryByText('Büro')).toBeNull();
  });

  it('is not spoken of where it cannot be offered', async () => {
    await openDevices(keeping([], []));
    expect(screen.queryByText('This computer for other gateways')).toBeNull();
  });
});

describe('a gateway that is used already', () => {
  const open = (offered: OfferToGateway[], refusal?: string) =>
    openDevices((gateway, host) => {
      keeping([link({ url: 'wss://10.0.0.5:18789' })])(gateway);
      using(
        [
          entry({ id: 'g1', name: 'Büro', address: '10.0.0.5:18789' }),
          entry({ id: 'g2', name: 'Studio', address: '10.0.0.6:18789' }),
          entry({ id: 'g3', name: 'Attic', onDuty: false, condition: 'off-duty' }),
        ],
        offered,
        refusal,
      )(host);
    });
  const dialog = () => within(screen.getByRole('dialog', { name: 'Offer this computer' }));
  const offerNow = async ({ user }: Window): Promise<void> => {
    await does(user.click(screen.getByRole('button', { name: 'Offer this computer' })));
    await does(user.click(dialog().getByRole('switch', { name: 'Notifications' })));
    await does(user.click(dialog().getByRole('button', { name: 'Offer' })));
  };

  it('gets this computer by one choice, without anything to enter', async () => {
    const offered: OfferToGateway[] = [];
    const window = await open(offered);
    await does(window.user.click(screen.getByRole('button', { name: 'Offer this computer' })));
    const names = within(dialog().getByRole('combobox', { name: 'Gateway' }))
      .getAllByRole('option')
      .map(({ textContent }) => textContent);
    expect(names, 'neither those that have it nor those off duty').toEqual(['Studio', 'Another gateway']);
    expect(dialog().queryByRole('textbox')).toBeNull();
    await does(window.user.keyboard('{Escape}'));
    await offerNow(window);
    expect(offered).toEqual([{ id: 'g2', offers: ['notify'] }]);
    expect(window.gateway.count('node.links.add')).toBe(0);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('that does not let it in says why; another one is offered by its code as before', async () => {
    const window = await open([], '“Studio” isn’t connected right now.');
    await offerNow(window);
    expect(dialog().getByRole('alert').textContent).toContain('isn’t connected');
    await does(
      window.user.selectOptions(dialog().getByRole('combobox', { name: 'Gateway' }), 'Another gateway'),
    );
    await does(window.user.type(dialog().getByRole('textbox', { name: 'Setup code' }), 'abc'));
    await does(window.user.click(dialog().getByRole('button', { name: 'Offer' })));
    expect(last(window.gateway, 'node.links.add')).toEqual({ code: 'abc', offers: ['notify'] });
  });
});
