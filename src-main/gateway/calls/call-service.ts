// Telephone calls that an agenticai client reports with `sessions_send`: each becomes a session with its transcript.

import type { ChatMessage } from '../../shared/protocol/chat.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { Store } from '../store/open-store.ts';
import { isNestedAtMost, type CallMessage } from './call-message.ts';

export interface CallService {
  /** Stores what a message reports; resolves once it is on disk. */
  receive(message: CallMessage): Promise<void>;
}

export function createCallService(deps: {
  readonly store: Store;
  readonly sessions: SessionService;
  readonly notifications: NotificationService;
  readonly now: () => number;
}): CallService {
  const { store, sessions, notifications, now } = deps;

  const said = (fromAgent: boolean, text: string): ChatMessage => ({
    role: fromAgent ? 'assistant' : 'user',
    content: fromAgent ? [{ type: 'text', text }] : text,
    timestamp: now(),
    source: { kind: 'call' },
  });

  const happened = (text: string): ChatMessage => ({
    role: 'assistant',
    content: [{ type: 'text', text }],
    timestamp: now(),
    source: { kind: 'call-event' },
  });

  /** One commit for everything that a message changes; clients are told afterwards. */
  async function record(
    callId: string,
    label: string | undefined,
    messages: readonly ChatMessage[],
    notice?: { readonly title: string; readonly body: string },
  ): Promise<void> {
    const sessionKey = `call:${callId}`;
    const { stored, notification } = await store.write(() => {
      sessions.ensure(sessionKey, label ?? `Call ${callId}`);
      return {
        stored: messages.map((message) => sessions.append(sessionKey, message)),
        notification:
          notice === undefined ? undefined : notifications.store({ kind: 'call', sessionKey, ...notice }),
      };
    });
    sessions.announce(sessionKey, stored, 'call');
    if (notification !== undefined) notifications.announce(notification);
  }

  return {
    receive: async (message) => {
      switch (message.kind) {
        case 'call_started': {
          const label = `Call to ${message.toNumber}`;
          const prompt = message.prompt === undefined ? '' : `\n\n${message.prompt}`;
          await record(message.callId, label, [happened(`${label} started.${prompt}`)], {
            title: 'Call started',
            body: label,
          });
          return;
        }
        case 'transcript':
          await record(message.callId, undefined, [said(message.fromAgent, message.text)]);
          return;
        case 'structured_data':
          await record(message.callId, undefined, [happened(codeBlock('Data', message.data))]);
          return;
        case 'action':
          await record(
            message.callId,
            undefined,
            [happened(codeBlock(`Action: ${message.name}`, message.data))],
            {
              title: 'Action in a call',
              body: message.name,
            },
          );
          return;
        case 'call_ended': {
          const told = `Call ended: ${message.outcome}${message.seconds === undefined ? '' : ` after ${Math.round(message.seconds)} s`}.`;
          const transcript = message.transcript === undefined ? '' : `\n\n${message.transcript}`;
          await record(message.callId, undefined, [happened(told + transcript)], {
            title: 'Call ended',
            body: told,
          });
          return;
        }
        case 'error':
          if (message.callId === undefined) {
            await notifications.raise({
              kind: 'alert',
              title: 'A call client reports an error',
              body: message.text,
            });
          } else {
            await record(message.callId, undefined, [happened(`Error: ${message.text}`)]);
          }
          return;
        case 'heartbeat':
          return;
      }
    },
  };
}

/** Deeper data is not indented: that would make it many times longer. */
const INDENTED_LEVELS = 12;

function codeBlock(title: string, data: unknown): string {
  const indent = isNestedAtMost(data, INDENTED_LEVELS) ? 2 : 0;
  return `${title}\n\n\`\`\`json\n${JSON.stringify(data, null, indent)}\n\`\`\``;
}
