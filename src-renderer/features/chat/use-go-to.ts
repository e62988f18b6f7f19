// Goes to the message that was asked for, once each time somebody asks: into the middle, with the focus, marked for a moment.

import { useEffect, useEffectEvent, useState, type RefObject } from 'react';
import { useChat, useView } from '../../app/client-context.tsx';
import { EMPTY_CHAT } from './chat-state.ts';

interface GoTo {
  /** The message that was asked for. */
  readonly wanted: string | undefined;
  /** The message that was just gone to. */
  readonly marked: string | undefined;
  /** Why the wanted message is not seen: earlier pages are being read, or no page has it. */
  readonly missing: 'looking' | 'gone' | undefined;
}

const MARKED_FOR = 2_500;
/** The list draws what it was scrolled to in one of the frames that follow. */
const FRAMES = 20;

export function useGoTo(list: {
  readonly sessionKey: string;
  readonly indexOf: (id: string) => number;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly leaveEnd: () => void;
  readonly arrive: () => void;
  readonly scrollTo: (index: number) => void;
}): GoTo {
  const { sessionKey, indexOf, scroller, leaveEnd, arrive } = list;
  const wanted = useView(({ view }) =>
    view.name === 'chat' && view.sessionKey === sessionKey ? view.messageId : undefined,
  );
  const visits = useView((state) => state.visits);
  const ready = useChat((state) => (state.chats[sessionKey] ?? EMPTY_CHAT).load === 'ready');
  const hasMore = useChat((state) => (state.chats[sessionKey] ?? EMPTY_CHAT).hasMore);
  const looking = useChat((state) => (state.chats[sessionKey] ?? EMPTY_CHAT).older === 'loading');
  const [marked, setMarked] = useState<string>();
  const there = wanted !== undefined && indexOf(wanted) >= 0;
  const scrollThere = useEffectEvent(() => {
    if (wanted !== undefined) list.scrollTo(indexOf(wanted));
  });

  useEffect(() => {
    if (!there) return;
    leaveEnd();
    let left = FRAMES;
    let frame = 0;
    const focusWhenDrawn = (): void => {
      const row = scroller.current?.querySelector<HTMLElement>('[data-wanted]');
      left -= 1;
      if (row) {
        row.focus({ preventScroll: true });
        setMarked(wanted);
      }
      if (row || left === 0) arrive();
      else frame = requestAnimationFrame(focusWhenDrawn);
    };
    // After the list has stopped to follow its end.
    frame = requestAnimationFrame(() => {
      scrollThere();
      frame = requestAnimationFrame(focusWhenDrawn);
    });
    return () => {
      cancelAnimationFrame(frame);
      arrive();
    };
  }, [wanted, there, visits, scroller, leaveEnd, arrive]);

  useEffect(() => {
    if (marked === undefined) return;
    const timer = window.setTimeout(() => {
      setMarked(undefined);
    }, MARKED_FOR);
    return () => {
      window.clearTimeout(timer);
    };
  }, [marked]);

  const missing = wanted === undefined || there || !ready ? undefined : missingWhy(hasMore, looking);
  return { wanted, marked, missing };
}

function missingWhy(hasMore: boolean, looking: boolean): GoTo['missing'] {
  if (!hasMore) return 'gone';
  return looking ? 'looking' : undefined;
}
