import { screen, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import {
  UNREACHABLE,
  type DevicePairSetupCodeResult,
  type PairedDevice,
} from '../../src-main/shared/protocol/devices.ts';
import { does, happens, openWindow, type Window } from './support/app.tsx';
import { Refusal, type FakeGateway } from './support/fake-gateway.ts';

const PICTURE = 'data:image/png;base64,iVBORw0KGgo=';

function setup(more: Partial<DevicePairSetupCodeResult> = {}): DevicePairSetupCodeResult {
  return {
    setupId: 's1',
    setupCode: 'c2V0dXA',
    qrDataUrl: PICTURE,
    gatewayUrl: 'wss://192.168.1.5:18789',
    auth: 'token',
    urlSource: 'gateway.bind',
    access: 'full',
    expiresAtMs: Date.now() + 600_000,
    ...more,
  };
}

async function openPairing(
  make: (gateway: FakeGateway) => DevicePairSetupCodeResult,
  devices: PairedDevice[] = [],
): Promise<Window> {
  const window = await openWindow({
    prepare: (gateway) => {
      gateway.handlers['device.pair.list'] = () => ({ pending: [], paired: devices });
      gateway.handlers['device.pair.setupCode'] = () => make(gateway);
      gateway.handlers['device.pair.setupStatus'] = () => ({});
      gateway.handlers['device.pair.setupWithdraw'] = () => ({ withdrawn: true });
    },
  });
  await does(window.user.keyboard('{Control>},{/Control}'));
  await does(window.user.click(await screen.findByRole('button', { name: 'Devices' }, { timeout: 5_000 })));
  await does(window.user.click(screen.getByRole('button', { name: 'Pair a device' })));
  return window;
}

const dialog = () => within(screen.getByRole('dialog', { name: 'Pair a device' }));
const showCode = ({ user }: Window): Promise<void> =>
  does(user.click(dialog().getByRole('button', { name: 'Show code' })));

const withdrawn = ({ gateway }: Window): readonly unknown[] =>
  gateway.requests.flatMap(({ method, params }) => (method === 'device.pair.setupWithdraw' ? [params] : []));

describe('pairing a device', () => {
  it('asks what it may do first, then shows the code, where it leads and how long it holds', async () => {
    const window = await openPairing(() => setup({ access: 'node' }));
    const { gateway, host, user } = window;
    expect(gateway.count('device.pair.setupCode')).toBe(0);
    await does(
      user.selectOptions(dialog().getByRole('combobox', { name: 'Access' }), 'Runs commands for agents'),
    );
    await showCode(window);
    expect(gateway.requests.findLast(({ method }) => method === 'device.pair.setupCode')?.params).toEqual({
      includeQr: true,
      bootstrapProfile: 'node',
    });
    expect(dialog().getByRole('img').getAttribute('src')).toBe(PICTURE);
    expect(dialog().getByText('wss://192.168.1.5:18789')).toBeTruthy();
    expect(dialog().getByRole('timer').textContent).toMatch(/^in (10:00|9:5\d)$/);
    expect(dialog().queryByText(/no encryption/)).toBeNull();
    await does(user.click(dialog().getByRole('button', { name: 'Copy code' })));
    expect(host.copied).toEqual(['c2V0dXA']);
  });

  it('ends by itself when the code was used, and lists the device', async () => {
    const devices: PairedDevice[] = [];
    const window = await openPairing(() => setup(), devices);
    await showCode(window);
    const used = { setupId: 's1', deviceId: 'd1', deviceName: 'Ada’s phone', access: 'full', ts: 1 } as const;
    await happens(() => {
      window.gateway.emit('device.pair.setup.completed', { ...used, setupId: 'another' });
    });
    expect(dialog().getByRole('timer')).toBeTruthy();
    devices.push({
      deviceId: 'd1',
      displayName: 'Ada’s phone',
      roles: ['operator'],
      scopes: [],
      lastSeenAtMs: 1,
    } as never);
    await happens(() => {
      window.gateway.emit('device.pair.setup.completed', used);
    });
    expect(dialog().getByRole('status').textContent).toBe('“Ada’s phone” is paired.');
    await does(window.user.click(dialog().getByRole('button', { name: 'Done' })));
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(screen.getByText('Ada’s phone')).toBeTruthy();
  });

  it('learns after a lost connection that the code was used meanwhile', async () => {
    const window = await openPairing(() => setup());
    await showCode(window);
    window.gateway.handlers['device.pair.setupStatus'] = ({ setupId }) => ({
      completion: { setupId, deviceId: 'd1', access: 'full', ts: 1 },
    });
    await happens(() => {
      window.gateway.drop();
    });
    await happens(() => {
      window.clock.advance(5_000);
    });
    expect(dialog().getByRole('status').textContent).toBe('“d1” is paired.');
  });

  it('warns where there is no TLS, and takes the address of a proxy', async () => {
    const window = await openPairing(() => setup({ gatewayUrl: 'ws://192.168.1.5:18789' }));
    await does(
      window.user.type(dialog().getByRole('textbox', { name: 'Another address' }), ' https://g.example '),
    );
    await showCode(window);
    expect(window.gateway.requests.at(-1)?.params).toEqual({
      includeQr: true,
      publicUrl: 'https://g.example',
    });
    expect(dialog().getByText(/There is no encryption/)).toBeTruthy();
  });

  it('says when the time is over, and makes another code', async () => {
    const now = vi.spyOn(Date, 'now');
    const start = Date.now();
    now.mockReturnValue(start);
    const window = await openPairing(() => setup({ setupId: String(Date.now()) }));
    await showCode(window);
    now.mockReturnValue(start + 600_000);
    expect(
      (await screen.findByText(/nobody used the code/, {}, { timeout: 3_000 })).textContent,
    ).toBeTruthy();
    await does(window.user.click(dialog().getByRole('button', { name: 'New code' })));
    expect(window.gateway.count('device.pair.setupCode')).toBe(2);
    expect(dialog().getByRole('timer').textContent).toBe('in 10:00');
  });

  it('says what to change when the gateway serves its own computer only', async () => {
    const window = await openPairing(() => {
      throw new Refusal('UNAVAILABLE', 'Other devices cannot reach this gateway.', { reason: UNREACHABLE });
    });
    await showCode(window);
    expect(dialog().getByText('gateway.bind')).toBeTruthy();
    expect(dialog().getByText('clawtray gateway tls')).toBeTruthy();
    expect(dialog().getByRole('button', { name: 'Open settings' })).toBeTruthy();
  });

  it('shows why there is no code, with what was chosen kept', async () => {
    const window = await openPairing(() => {
      throw new Refusal('INVALID_REQUEST', 'publicUrl is no address of a gateway.');
    });
    await does(window.user.type(dialog().getByRole('textbox', { name: 'Another address' }), 'nonsense'));
    await showCode(window);
    expect(dialog().getByRole('alert').textContent).toBe('publicUrl is no address of a gateway.');
    expect(dialog().getByRole('textbox', { name: 'Another address' })).toHaveProperty('value', 'nonsense');
  });

  it('is forgotten when it is closed: nothing is shown when it is opened again', async () => {
    const window = await openPairing(() => setup());
    await showCode(window);
    await does(window.user.click(dialog().getByRole('button', { name: 'Close' })));
    await does(window.user.click(screen.getByRole('button', { name: 'Pair a device' })));
    expect(dialog().queryByRole('img')).toBeNull();
    expect(dialog().getByRole('button', { name: 'Show code' })).toBeTruthy();
  });

  it.each<[string, (window: Window) => Promise<void>]>([
    ['the dialog is closed', ({ user }) => does(user.click(dialog().getByRole('button', { name: 'Close' })))],
    ['it is left with Escape', ({ user }) => does(user.keyboard('{Escape}'))],
    [
      'the window goes',
      () =>
        happens(() => {
          window.dispatchEvent(new Event('pagehide'));
        }),
    ],
  ])('a code that nobody used is worth nothing any more when %s', async (_when, leave) => {
    const shown = await openPairing(() => setup());
    await showCode(shown);
    await leave(shown);
    expect(withdrawn(shown)).toEqual([{ setupId: 's1' }]);
  });

  it('a code that was used is not taken back', async () => {
    const window = await openPairing(() => setup());
    await showCode(window);
    await happens(() => {
      window.gateway.emit('device.pair.setup.completed', {
        setupId: 's1',
        deviceId: 'd1',
        access: 'full',
        ts: 1,
      });
    });
    await does(window.user.click(dialog().getByRole('button', { name: 'Done' })));
    expect(withdrawn(window)).toEqual([]);
  });

  it('a code that comes when nobody waits for it any more is taken back unseen', async () => {
    let give: (result: DevicePairSetupCodeResult) => void = () => undefined;
    const window = await openPairing(() => {
      return new Promise((resolve) => (give = resolve)) as never;
    });
    await showCode(window);
    await does(window.user.click(dialog().getByRole('button', { name: 'Cancel' })));
    await happens(() => {
      give(setup());
    });
    expect(withdrawn(window)).toEqual([{ setupId: 's1' }]);
  });
});
