// Keeps a scrolling list at its end while the reader is there, and never moves it while the reader is not.

import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';

interface Follow {
  /** Put on what scrolls. */
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** Put on what grows inside of it. */
  readonly content: RefObject<HTMLDivElement | null>;
  readonly atEnd: boolean;
  /** Something came after the reader had left the end. */
  readonly hasNew: boolean;
  readonly goToEnd: () => void;
  /** The reader is about to be somewhere else: nothing leads back to the end until `arrive` is called. */
  readonly leaveEnd: () => void;
  /** The reader is there; that may be at the end after all. */
  readonly arrive: () => void;
}

/** Within this distance the reader counts as being at the end. */
const NEAR = 32;

/** @param newest names the last thing in the list */
export function useFollow(newest: string): Follow {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  /** On the way somewhere else, during which the list still scrolls by itself. */
  const leaving = useRef(false);
  /** What was the newest when the reader left the end. */
  const [leftAt, setLeftAt] = useState(newest);

  const goToEnd = useCallback(() => {
    leaving.current = false;
    scrollToEnd(scroller.current);
    setAtEnd(true);
  }, []);

  const leaveEnd = useCallback(() => {
    leaving.current = true;
    setAtEnd(false);
  }, []);
  const arrive = useCallback(() => {
    leaving.current = false;
    setAtEnd(isNearEnd(scroller.current));
  }, []);

  useLayoutEffect(() => {
    const element = scroller.current;
    const inner = content.current;
    if (element === null || inner === null || !atEnd) return;
    scrollToEnd(element);
    const observer = new ResizeObserver(() => {
      scrollToEnd(element);
    });
    observer.observe(inner);
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [atEnd]);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const onScroll = (): void => {
      if (leaving.current) return;
      const near = isNearEnd(element);
      setAtEnd(near);
      if (near) setLeftAt(newest);
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      element.removeEventListener('scroll', onScroll);
    };
  }, [newest]);

  return { scroller, content, atEnd, hasNew: !atEnd && leftAt !== newest, goToEnd, leaveEnd, arrive };
}

function isNearEnd(element: HTMLElement | null): boolean {
  return element === null || element.scrollHeight - element.scrollTop - element.clientHeight <= NEAR;
}

function scrollToEnd(element: HTMLElement | null): void {
  if (element !== null) element.scrollTop = element.scrollHeight;
}
