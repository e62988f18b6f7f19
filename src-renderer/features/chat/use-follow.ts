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
  /** The reader is about to be somewhere else. */
  readonly leaveEnd: () => void;
}

/** Within this distance the reader counts as being at the end. */
const NEAR = 32;

/** @param newest names the last thing in the list */
export function useFollow(newest: string): Follow {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  /** What was the newest when the reader left the end. */
  const [leftAt, setLeftAt] = useState(newest);

  const goToEnd = useCallback(() => {
    scrollToEnd(scroller.current);
    setAtEnd(true);
  }, []);

  const leaveEnd = useCallback(() => {
    setAtEnd(false);
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
      const near = element.scrollHeight - element.scrollTop - element.clientHeight <= NEAR;
      setAtEnd(near);
      if (near) setLeftAt(newest);
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      element.removeEventListener('scroll', onScroll);
    };
  }, [newest]);

  return { scroller, content, atEnd, hasNew: !atEnd && leftAt !== newest, goToEnd, leaveEnd };
}

function scrollToEnd(element: HTMLElement | null): void {
  if (element !== null) element.scrollTop = element.scrollHeight;
}
