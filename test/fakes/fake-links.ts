// Links of discovery without a network: what is sent on them is kept, what a test says arrives on them.

import type { LinkListener, LinkService, MulticastLink } from '../../src-main/discovery/multicast-link.ts';

export class FakeLink implements MulticastLink {
  readonly sent: string[] = [];
  readonly listener: LinkListener;
  announced: LinkService | undefined;
  closed = false;

  constructor(listener: LinkListener) {
    this.listener = listener;
  }

  query(): void {
    this.sent.push('who is there');
  }

  queryName(fullName: string): void {
    this.sent.push(`who has ${fullName}`);
  }

  announce(service: LinkService): void {
    this.announced = service;
    this.sent.push(`here is ${service.name}`);
  }

  withdraw(): Promise<void> {
    if (this.announced !== undefined) this.sent.push(`goodbye from ${this.announced.name}`);
    this.announced = undefined;
    return Promise.resolve();
  }

  async close(): Promise<void> {
    await this.withdraw();
    this.closed = true;
  }

  /** A packet about a gateway arrives. */
  hear(instance: string, from: string, about: { host?: string; port?: number; ttl?: number } = {}): void {
    const service = '_openclaw-gw._tcp.local';
    const { host = 'other.local', port = 18789, ttl = 120 } = about;
    const name = `${instance}.${service}`;
    this.listener.onPacket(
      {
        answers: [{ type: 'PTR', name: service, ttl, data: name }],
        additionals: [{ type: 'SRV', name, ttl, data: { target: host, port } }],
      },
      from,
    );
  }
}
