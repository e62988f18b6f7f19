import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { NodeLink, NodeOffer } from '../../src-main/shared/protocol/node-links.ts';
import { does, happens, openWindow, type Window } from './support/app.tsx';
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

async function openDevices(prepare: (gateway: FakeGateway) => void): Promise<Window> {
  const window = await openWindow({ prepare });
  await does(window.user.keyboard('{Control>},{/Control}'));
  await does(window.user.click(await screen.findByRole('button', { name: 'Devices' }, { timeout: 5_000 })));
  return window;
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
