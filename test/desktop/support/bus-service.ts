// A service on a bus for tests: answers method calls by name, sends signals. Also a bus of its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import dbus, { type Message, type MessageBus } from '@particle/dbus-next';

export type Answer = { readonly signature: string; readonly body: unknown[] } | undefined;

export interface BusService {
  readonly bus: MessageBus;
  signal(path: string, iface: string, name: string, signature: string, body: unknown[]): void;
  call(
    destination: string,
    path: string,
    iface: string,
    member: string,
    signature?: string,
    body?: unknown[],
  ): Promise<unknown[]>;
  stop(): void;
}

/**
 * Owns `name` on a bus; `answer` returns what a call is answered with, `undefined` for unknown ones.
 * @param busAddress of the session bus if left out
 */
export async function ownName(
  name: string,
  answer: (message: Message) => Answer,
  busAddress = process.env['DBUS_SESSION_BUS_ADDRESS'],
): Promise<BusService> {
  if (busAddress === undefined) {
    throw new Error('These tests need a session bus: run them with dbus-run-session.');
  }
  const bus = dbus.sessionBus({ busAddress });
  bus.addMethodHandler((message: Message) => {
    const reply = answer(message);
    if (reply === undefined) return false;
    bus.send(dbus.Message.newMethodReturn(message, reply.signature, reply.body));
    return true;
  });
  const owned = await bus.requestName(name, dbus.NameFlag.DO_NOT_QUEUE | dbus.NameFlag.REPLACE_EXISTING);
  if (owned !== dbus.RequestNameReply.PRIMARY_OWNER)
    throw new Error(`${name} has another owner on this bus.`);
  return {
    bus,
    signal: (path, iface, member, signature, body) => {
      bus.send(dbus.Message.newSignal(path, iface, member, signature, body));
    },
    call: async (destination, path, iface, member, signature = '', body = []) => {
      const reply = await bus.call(
        new dbus.Message({ destination, path, interface: iface, member, signature, body }),
      );
      return (reply?.body ?? []) as unknown[];
    },
    stop: () => {
      bus.disconnect();
    },
  };
}

/** A bus that nobody else is on. `stop` is what its users see when it breaks. */
export async function startBus(): Promise<{ readonly address: string; stop(): Promise<void> }> {
  const daemon = spawn('dbus-daemon', ['--session', '--nofork', '--nopidfile', '--print-address'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [printed] = (await once(daemon.stdout, 'data')) as [Buffer];
  return {
    address: printed.toString().trim(),
    stop: async () => {
      if (daemon.exitCode !== null || daemon.signalCode !== null) return;
      daemon.kill();
      await once(daemon, 'exit');
    },
  };
}

/** D-Bus values without their wrappers. */
export function plain(value: unknown): unknown {
  if (value instanceof dbus.Variant) return plain(value.value);
  if (Buffer.isBuffer(value)) return value;
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
