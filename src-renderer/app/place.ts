// Where the person was, and what they had written but not sent: kept across windows, because closing one only hides it.

import { isJsonObject } from '../../src-main/shared/json.ts';
import type { Clock, TimerHandle } from '../../src-main/shared/time.ts';
import { keptOutbox, restoreOutbox } from '../features/chat/outbox.ts';
import type { KeyValueStore } from '../host/storage.ts';
import type { Stores } from './client.ts';

const SESSION = 'session';
const DRAFTS = 'drafts';
const OUTBOX = 'outbox';
const WRITE_DELAY = 250;

type Kept = Pick<Stores, 'view' | 'chat'>;

export function restorePlace(storage: KeyValueStore, { view, chat }: Kept): void {
  const sessionKey = storage.read(SESSION);
  if (typeof sessionKey === 'string') view.setState({ view: { name: 'chat', sessionKey }, sessionKey });
  chat.setState({ drafts: texts(storage.read(DRAFTS)), outbox: restoreOutbox(storage.read(OUTBOX)) });
}

/** Writes changes down a moment after they happen, and at once when the page goes away. */
export function keepPlace(storage: KeyValueStore, { view, chat }: Kept, clock: Clock): () => void {
  let timer: TimerHandle | undefined;
  const write = (): void => {
    timer = undefined;
    const { drafts, outbox } = chat.getState();
    storage.write(SESSION, view.getState().sessionKey);
    storage.write(DRAFTS, drafts);
    storage.write(OUTBOX, keptOutbox(outbox));
  };
  const writeNow = (): void => {
    if (timer !== undefined) clock.cancel(timer);
    write();
  };
  const later = (): void => {
    timer ??= clock.schedule(WRITE_DELAY, write);
  };
  const endings = [
    view.subscribe((state, before) => {
      if (state.sessionKey !== before.sessionKey) later();
    }),
    chat.subscribe((state, before) => {
      // What is on its way must survive even a crash of this window.
      if (state.outbox !== before.outbox) writeNow();
      else if (state.drafts !== before.drafts) later();
    }),
  ];
  window.addEventListener('pagehide', writeNow);
  return () => {
    window.removeEventListener('pagehide', writeNow);
    for (const end of endings) end();
    writeNow();
  };
}

function texts(saved: unknown): Record<string, string> {
  if (!isJsonObject(saved)) return {};
  return Object.fromEntries(
    Object.entries(saved).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
