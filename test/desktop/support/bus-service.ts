// A service on the session bus for tests: answers method calls by name, sends signals.

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

/** Owns `name` on the session bus; `answer` returns what a call is answered with, `undefined` for unknown ones. */
export async function ownName(name: string, answer: (message: Message) => Answer): Promise<BusService> {
  if (process.env['DBUS_SESSION_BUS_ADDRESS'] === undefined) {
    throw new Error('These tests need a session bus: run them with dbus-run-session.');
  }
  const bus = dbus.sessionBus();
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

/** D-Bus values without their wrappers. */
export function plain(value: unknown): unknown {
  if (value instanceof dbus.Variant) return plain(value.value);
  if (Buffer.isBuffer(value)) return value;
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
