// A hostile neighbour: announces as many gateways as asked, and sends packets that are none. Says how many packets it sent.
// usage: flood.mjs <gateways> <junk packets> [seconds for which the gateways say that they hold]

import { createSocket } from 'node:dgram';
import { randomBytes } from 'node:crypto';

const GROUP = '224.0.0.251';
const PORT = 5353;
const SERVICE = '_openclaw-gw._tcp.local';
const [gateways = 0, junk = 0, ttl = 120] = process.argv.slice(2).map(Number);

/** @param {string} name */
function encodeName(name) {
  const labels = name.split('.').map((label) => {
    const bytes = Buffer.from(label).subarray(0, 63);
    return Buffer.concat([Buffer.of(bytes.length), bytes]);
  });
  return Buffer.concat([...labels, Buffer.of(0)]);
}

/** @param {string} name @param {number} type @param {Buffer} data */
function record(name, type, data) {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt32BE(ttl, 4);
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([encodeName(name), head, data]);
}

/** @param {Buffer[]} answers */
function response(answers) {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0x8400, 2);
  head.writeUInt16BE(answers.length, 6);
  return Buffer.concat([head, ...answers]);
}

/** @param {string} instance @param {number} port */
function gateway(instance, port) {
  const name = `${instance}.${SERVICE}`;
  const server = Buffer.concat([Buffer.of(0, 0, 0, 0, port >> 8, port & 255), encodeName('fake.local')]);
  return response([record(SERVICE, 12, encodeName(name)), record(name, 33, server)]);
}

/** Packets that look like one at first: lengths that lie, names that point at themselves, records without an end. */
function broken() {
  const packet = gateway(`junk ${randomBytes(4).toString('hex')}`, 1);
  switch (Math.floor(Math.random() * 5)) {
    case 0:
      return randomBytes(1 + Math.floor(Math.random() * 1_400));
    case 1:
      return packet.subarray(0, Math.floor(Math.random() * packet.length));
    case 2:
      packet.writeUInt16BE(0xffff, 6);
      return packet;
    case 3:
      return Buffer.concat([
        packet.subarray(0, 12),
        Buffer.of(0xc0, 0x0c, 0, 12, 0, 1, 0, 0, 0, 1, 0, 2, 0xc0, 0x0c),
      ]);
    default:
      for (let index = 0; index < 8; index += 1)
        packet[Math.floor(Math.random() * packet.length)] = Math.random() * 256;
      return packet;
  }
}

/** Questions to which everybody would answer a thousand times. */
function storm() {
  const head = Buffer.alloc(12);
  const questions = Array.from({ length: 80 }, () =>
    Buffer.concat([encodeName(SERVICE), Buffer.of(0, 12, 0, 1)]),
  );
  head.writeUInt16BE(questions.length, 4);
  return Buffer.concat([head, ...questions]);
}

const socket = createSocket({ type: 'udp4', reuseAddr: true });
await new Promise((resolve) => socket.bind(PORT, () => resolve(undefined)));
const send = (packet) => new Promise((resolve) => socket.send(packet, PORT, GROUP, resolve));
let sent = 0;
for (let index = 0; index < Math.max(gateways, junk); index += 1) {
  if (index < gateways) await send(gateway(`fake \u202E${index}`, 1 + index));
  if (index < junk) await send(index % 10 === 0 ? storm() : broken());
  sent += (index < gateways ? 1 : 0) + (index < junk ? 1 : 0);
  // As fast as a network card of an office would take them.
  if (index % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
}
process.stdout.write(`${sent}\n`);
socket.close();
