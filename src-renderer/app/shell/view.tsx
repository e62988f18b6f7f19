// A view that is one column: its header, and what scrolls below. Its title takes the focus when the view is opened.

import { useEffect, useRef, type ReactNode, type Ref } from 'react';
import { Skeleton } from '../../components/skeleton.tsx';
import { useView } from '../client-context.tsx';
import { ViewHeader } from './view-header.tsx';
import styles from './view.module.css';

interface ViewProps {
  readonly title: string;
  /** In the header. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function View({ title, actions, children }: ViewProps) {
  const visits = useView((state) => state.visits);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, [visits]);
  return (
    <section className={styles['view']}>
      <ViewHeader title={title} titleRef={heading}>
        {actions}
      </ViewHeader>
      {children}
    </section>
  );
}

/** What scrolls in a view. */
export function ViewScroller({ children }: { readonly children: ReactNode }) {
  return <div className={styles['scroller']}>{children}</div>;
}

/** What scrolls in a view, at the width of a list. */
export function ViewColumn({ children }: { readonly children: ReactNode }) {
  return (
    <ViewScroller>
      <div className={styles['column']}>{children}</div>
    </ViewScroller>
  );
}

interface RowsProps {
  readonly label?: string;
  readonly listRef?: Ref<HTMLUListElement>;
  readonly children: ReactNode;
}

/** Rows of a view, which have their own space around them. */
export function Rows({ label, listRef, children }: RowsProps) {
  return (
    <ul ref={listRef} className={styles['rows']} aria-label={label}>
      {children}
    </ul>
  );
}

/** In the place of rows that are on their way. */
export function RowsToCome() {
  return (
    <div className={styles['rows']}>
      <Skeleton rows={4} tall />
    </div>
  );
}
