// What waits for the person: one at a time, whole, and behind it the others. How the last one ended stays to be read.

import { Bell, ShieldCheck } from 'lucide-react';
import type { TFunction } from 'i18next';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApprovalRequest } from '../../../src-main/shared/protocol/approvals.ts';
import { useActions, useApprovals, useView } from '../../app/client-context.tsx';
import { ago } from '../../app/i18n/times.ts';
import { ViewHeader } from '../../app/shell/view-header.tsx';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Icon } from '../../components/icon.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { nameOfDevice, nameOfNode } from './approvals-actions.ts';
import type { Ended, Waiting } from './approvals-store.ts';
import styles from './approvals-view.module.css';
import { visibleCommand } from './command-parts.ts';
import { CommandApproval } from './command-approval.tsx';
import { DeviceApproval } from './device-approval.tsx';
import { PluginApproval } from './plugin-approval.tsx';
import { NodeApproval } from './node-approval.tsx';

export function ApprovalsView({ id }: { readonly id: string | undefined }) {
  const { t } = useTranslation();
  const waiting = useApprovals((state) => state.waiting);
  const ended = useApprovals((state) => state.ended);
  const current = waiting.find((one) => one.id === id) ?? waiting[0];
  return (
    <section className={styles['view']}>
      <ViewHeader title={t('nav.approvals')} />
      <div className={styles['scroller']}>
        <div className={styles['column']}>
          <p role="status" className={styles['ended']} dir="auto">
            {ended === undefined ? null : endInWords(ended, t)}
          </p>
          {current === undefined ? <Nothing /> : <Current waiting={current} />}
          <Others waiting={waiting.filter((one) => one !== current)} />
        </div>
      </div>
    </section>
  );
}

function Current({ waiting }: { readonly waiting: Waiting }) {
  switch (waiting.kind) {
    case 'command':
      return <CommandApproval key={waiting.id} approval={waiting.approval} />;
    case 'plugin':
      return <PluginApproval key={waiting.id} approval={waiting.approval} />;
    case 'device':
      return <DeviceApproval key={waiting.id} request={waiting.request} />;
    case 'node':
      return <NodeApproval key={waiting.id} request={waiting.request} />;
  }
}

function inBrief(waiting: Waiting): string {
  switch (waiting.kind) {
    case 'command':
      return inOneLine(waiting.approval.request);
    case 'plugin':
      return waiting.approval.request.title;
    case 'device':
      return nameOfDevice(waiting.request);
    case 'node':
      return nameOfNode(waiting.request);
  }
}

function Nothing() {
  const { t } = useTranslation();
  const actions = useActions();
  const load = useApprovals((state) => state.load);
  const visits = useView((state) => state.visits);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current?.focus();
  }, [visits]);
  return (
    <div ref={place} tabIndex={-1} className={styles['nothing']}>
      {load === 'failed' ? (
        <EmptyState icon={ShieldCheck} title={t('approvals.failed')} text={t('approvals.failedText')}>
          <Button onClick={() => void actions.approvals.load()}>{t('tryAgain')}</Button>
        </EmptyState>
      ) : (
        <EmptyState icon={ShieldCheck} title={t('approvals.empty')} text={t('approvals.emptyText')} />
      )}
    </div>
  );
}

function Others({ waiting }: { readonly waiting: readonly Waiting[] }) {
  const { t } = useTranslation();
  const actions = useActions();
  if (waiting.length === 0) return null;
  return (
    <nav className={styles['others']} aria-label={t('approvals.others')}>
      <h2 className={styles['heading']}>{t('approvals.others')}</h2>
      <ul>
        {waiting.map((one) => (
          <li key={one.id}>
            <button
              type="button"
              className={styles['row']}
              onClick={() => {
                actions.show({ name: 'approvals', id: one.id });
              }}
            >
              <Icon of={Bell} className={styles['icon']} />
              <span
                className={styles['what']}
                dir={one.kind === 'command' ? 'ltr' : 'auto'}
                data-kind={one.kind}
              >
                {inBrief(one)}
              </span>
              <RelativeTime at={one.at} words={ago} className={styles['time']} />
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** What was decided about can be recognised by its beginning. */
const LONGEST_TOLD = 80;

function inOneLine({ command, suspectSpans }: ApprovalRequest): string {
  return visibleCommand(command, suspectSpans);
}

function endInWords(ended: Ended, t: TFunction): string {
  if (!('event' in ended)) {
    const { kind, decision, name } = ended;
    return t(`approvals.${kind}_${decision}`, { name });
  }
  const { decision, terminalReason, resolvedBy } = ended.event;
  const whole = ended.kind === 'plugin' ? ended.event.request.title : inOneLine(ended.event.request);
  const command = whole.length > LONGEST_TOLD ? `${whole.slice(0, LONGEST_TOLD - 1)}…` : whole;
  if (terminalReason !== 'user')
    return t(`approvals.end_${terminalReason.replace('-', '_') as 'timeout'}`, { command });
  const what = t(decision === 'deny' ? 'approvals.denied' : 'approvals.allowed', { command });
  return ended.here || resolvedBy === null ? what : t('approvals.elsewhere', { what, by: resolvedBy });
}
