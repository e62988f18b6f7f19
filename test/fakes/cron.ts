// Jobs for tests, and waiting for what comes of them.

import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { CronEvent, CronJob } from '../../src-main/shared/protocol/cron.ts';
import type { NativeClient } from './native-client.ts';
import { waitUntil } from './temporary.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export const AGENT = { sessionTarget: 'isolated', payload: { kind: 'agentTurn', message: 'hi' } };

export function addJob(client: NativeClient, change: object = {}): Promise<CronJob> {
  return client.call('cron.add', {
    name: 'Job',
    schedule: { kind: 'every', everyMs: HOUR },
    sessionTarget: 'main',
    wakeMode: 'now',
    payload: { kind: 'systemEvent', text: 'Job' },
    ...change,
  }) as Promise<CronJob>;
}

/** The end of the job's run of that number, from 1. */
export async function finished(client: NativeClient, jobId: string, count = 1): Promise<CronEvent> {
  let seen = new Set<unknown>();
  return client.event('cron', (event) => {
    if (event.jobId !== jobId || event.action !== 'finished') return false;
    seen = seen.add(event);
    return seen.size >= count;
  });
}

export interface Hook {
  readonly url: string;
  readonly posts: { readonly body: Record<string, unknown>; readonly headers: IncomingHttpHeaders }[];
  /** What the next ones are answered; the last one stays. */
  answer(...statuses: number[]): void;
  post(count: number): Promise<Record<string, unknown>>;
}

/** Takes webhooks. */
export async function startHook(): Promise<Hook> {
  const posts: Hook['posts'] = [];
  let statuses = [200];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      posts.push({
        body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>,
        headers: request.headers,
      });
      const [status = 200] = statuses;
      if (statuses.length > 1) statuses = statuses.slice(1);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    posts,
    answer: (...next) => {
      statuses = next;
    },
    post: (count) => waitUntil(() => posts[count - 1]?.body, `webhook ${count}`),
  };
}

/** Lets webhooks reach this machine. */
export const LOCAL_WEBHOOKS = { cron: { webhookSsrfPolicy: { allowedHostnames: ['127.0.0.1'] } } };
