import { expect, test } from 'vitest';
import type { Binding } from '../../../../src-main/gateway/network/binding.ts';
import { createNetworkBinding } from '../../../../src-main/gateway/network/network-binding.ts';
import { createProblems } from '../../../../src-main/gateway/problems.ts';
import { silentLogger } from '../../../../src-main/shared/logger.ts';
import { FakeClock } from '../../../fakes/fake-clock.ts';

function setUp(first: Binding) {
  const clock = new FakeClock();
  const problems = createProblems(
    () => clock.now(),
    () => undefined,
  );
  const state = { binding: first, listening: new Set<string>(), refuse: new Set<string>() };
  const network = createNetworkBinding({
    binding: () => state.binding,
    interfaces: () => ({}),
    listenAlso: (port, host) => {
      if (state.refuse.has(host)) return Promise.reject(new Error(`listen EADDRNOTAVAIL ${host}:${port}`));
      state.listening.add(host);
      return Promise.resolve();
    },
    stopListening: (host) => {
      state.listening.delete(host);
    },
    secure: true,
    problems,
    clock,
    log: silentLogger,
  });
  return { clock, problems, state, network };
}

const bound = (...others: string[]): Binding => ({ primary: '127.0.0.1', others, reachable: true });

test('follows addresses that come and go, as a VPN has them', async () => {
  const { clock, problems, state, network } = setUp({ ...bound(), problem: 'No address yet.' });
  await network.open(18789);
  expect(network.addresses()).toEqual([]);
  expect(problems.list()).toMatchObject([{ code: 'bind', message: 'No address yet.' }]);
  state.binding = bound('100.64.0.1');
  await clock.advance(15_000);
  expect(network.addresses()).toEqual(['100.64.0.1']);
  expect(problems.list()).toEqual([]);
  state.binding = bound('100.64.0.2');
  await clock.advance(15_000);
  expect([...state.listening]).toEqual(['100.64.0.2']);
  network.close();
  expect(clock.pending).toBe(0);
});

test('an address that cannot be had is reported, and tried again', async () => {
  const { clock, problems, state, network } = setUp(bound('192.168.7.7'));
  state.refuse.add('192.168.7.7');
  await network.open(18789);
  expect(problems.list()).toMatchObject([
    { code: 'bind', message: expect.stringContaining('EADDRNOTAVAIL') as string },
  ]);
  expect(network.addresses()).toEqual([]);
  state.refuse.clear();
  await clock.advance(15_000);
  expect(network.addresses()).toEqual(['192.168.7.7']);
  expect(problems.list()).toEqual([]);
  network.close();
});

test('this computer alone needs no timer', async () => {
  const { clock, network } = setUp({ primary: '127.0.0.1', others: [], reachable: false });
  await network.open(18789);
  expect(clock.pending).toBe(0);
  expect(network.reachable).toBe(false);
});
