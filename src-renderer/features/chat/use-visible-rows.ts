// Which rows of a conversation are in the page: those that are seen, and a few around them, so that its size does not
// depend on how long it is.

import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, type RefObject } from 'react';
import type { ChatItem } from './chat-items.ts';
import type { OutboxEntry } from './outbox.ts';

type Row =
  | { readonly key: string; readonly item: ChatItem; readonly entry: undefined }
  | { readonly key: string; readonly item: undefined; readonly entry: OutboxEntry };

interface VisibleRows {
  readonly shown: readonly { readonly index: number; readonly row: Row }[];
  /** Where the first of them stands below the top of all, px. */
  readonly offset: number;
  /** Of all rows, px; as far as they were not seen yet, a guess. */
  readonly height: number;
  /** The ref of every row, which also has its `data-index`. */
  readonly measure: (element: Element | null) => void;
  /** Of an item; -1 when it is not there. */
  readonly indexOf: (id: string) => number;
  /** Into the middle of what is seen. */
  readonly scrollTo: (index: number) => void;
}

/** Until a row was drawn, px. */
const GUESSED_HEIGHT = 88;
/** Rows before and after those that are seen, so that scrolling and Tab find something. */
const OVERSCAN = 8;
/** As in `useFollow`. */
const NEAR_END = 32;

/** @param above what stands in the scroller above the rows, px */
export function useVisibleRows({
  items,
  outbox,
  scroller,
  above,
}: {
  readonly items: readonly ChatItem[];
  readonly outbox: readonly OutboxEntry[];
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly above: number;
}): VisibleRows {
  const rows = useMemo<readonly Row[]>(
    () => [
      ...items.map((item) => ({ key: item.id, item, entry: undefined })),
      ...outbox.map((entry) => ({ key: `outbox:${entry.key}`, item: undefined, entry })),
    ],
    [items, outbox],
  );
  // eslint-disable-next-line react-hooks/incompatible-library -- what it returns is read here, in every render
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => GUESSED_HEIGHT,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: OVERSCAN,
    // What comes in above must not move the reader.
    anchorTo: 'end',
    scrollEndThreshold: NEAR_END,
    scrollMargin: above,
  });
  const visible = virtual.getVirtualItems();
  return {
    shown: visible.flatMap(({ index }) => {
      const row = rows[index];
      return row === undefined ? [] : [{ index, row }];
    }),
    offset: (visible[0]?.start ?? above) - above,
    height: virtual.getTotalSize(),
    measure: virtual.measureElement,
    indexOf: (id) => rows.findIndex(({ key }) => key === id),
    scrollTo: (index) => {
      virtual.scrollToIndex(index, { align: 'center' });
    },
  };
}
