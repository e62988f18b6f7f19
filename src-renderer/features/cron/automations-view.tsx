// What runs by itself: every job with its schedule, its next run and how the last one went.

import { CalendarClock, Plus } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActions, useCron, useServes, useView } from '../../app/client-context.tsx';
import { Rows, RowsToCome, View, ViewScroller } from '../../app/shell/view.tsx';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Segments } from '../../components/segments.tsx';
import { AutomationDialog } from './automation-dialog.tsx';
import { AutomationRow } from './automation-row.tsx';
import styles from './automations-view.module.css';
import { AutomationsCalendar } from './calendar/automations-calendar.tsx';
import { StartNote } from './start-note.tsx';

interface AutomationsViewProps {
  /** The automation that somebody wants to see. */
  readonly id?: string | undefined;
}

export function AutomationsView({ id }: AutomationsViewProps) {
  const { t } = useTranslation();
  const visits = useView((state) => state.visits);
  const canMake = useServes('cron.add');
  const hasCalendar = useServes('cron.upcoming');
  const isEmpty = useCron((state) => state.jobs.length === 0);
  const actions = useActions();
  const [making, setMaking] = useState(false);
  const [chosen, setChosen] = useState<{ readonly look: Look; readonly visits: number }>();
  // Whoever is led to one automation sees it in the list.
  const look = id !== undefined && chosen?.visits !== visits ? 'list' : (chosen?.look ?? 'list');

  return (
    <View
      title={t('nav.automations')}
      actions={
        canMake ? (
          <Button
            look="plain"
            icon={Plus}
            onClick={() => {
              setMaking(true);
            }}
          >
            {t('automations.new')}
          </Button>
        ) : null
      }
    >
      {hasCalendar && !isEmpty ? (
        <div className={styles['looks']}>
          <Segments
            label={t('calendar.look')}
            value={look}
            choices={(['list', 'calendar'] as const).map((value) => ({
              value,
              label: t(`calendar.look_${value}`),
            }))}
            onChoose={(value) => {
              setChosen({ look: value, visits });
            }}
          />
        </div>
      ) : null}
      {look === 'calendar' && !isEmpty ? (
        <ViewScroller>
          <AutomationsCalendar
            onOpen={(jobId) => {
              setChosen(undefined);
              actions.show({ name: 'automations', id: jobId });
              void actions.cron.find(jobId);
            }}
          />
        </ViewScroller>
      ) : (
        <Content id={id} />
      )}
      {making ? (
        <AutomationDialog
          onClose={() => {
            setMaking(false);
          }}
        />
      ) : null}
    </View>
  );
}

type Look = 'list' | 'calendar';

function Content({ id }: AutomationsViewProps) {
  const { t } = useTranslation();
  const actions = useActions();
  const load = useCron((state) => state.load);
  const jobs = useCron((state) => state.jobs);
  const error = useCron((state) => state.loadError);
  const visits = useView((state) => state.visits);
  const list = useRef<HTMLUListElement>(null);
  const wanted = jobs.findIndex((job) => job.id === id);
  useEffect(() => {
    const row = list.current?.children[wanted];
    row?.scrollIntoView({ block: 'center' });
    row?.querySelector('button')?.focus();
  }, [wanted, visits]);

  if (jobs.length > 0) {
    return (
      <ViewScroller>
        <StartNote />
        <Rows listRef={list}>
          {jobs.map((job) => (
            <AutomationRow key={job.id} job={job} />
          ))}
        </Rows>
        <More />
      </ViewScroller>
    );
  }
  switch (load) {
    case 'loading':
      return <RowsToCome />;
    case 'failed':
      return (
        <div className="page" role="alert">
          <EmptyState icon={CalendarClock} title={t('automations.failed')} text={error ?? ''}>
            <Button onClick={() => void actions.cron.load()}>{t('tryAgain')}</Button>
            <CopyButton text={error ?? ''} label={t('copy.details')} withWords />
          </EmptyState>
        </div>
      );
    case 'ready':
      return (
        <div className="page">
          <EmptyState icon={CalendarClock} title={t('automations.empty')} text={t('automations.emptyText')}>
            <Button
              onClick={() => {
                actions.newChat(t('newChat.example.repeat'));
              }}
            >
              {t('automations.tryExample', { example: t('newChat.example.repeat') })}
            </Button>
          </EmptyState>
        </div>
      );
  }
}

function More() {
  const { t } = useTranslation();
  const actions = useActions();
  const more = useCron((state) => state.nextOffset !== null);
  const loading = useCron((state) => state.loadingMore);
  const left = useCron((state) => state.total - state.jobs.length);
  if (!more) return null;
  return (
    <div className={styles['more']}>
      <Button disabled={loading} onClick={() => void actions.cron.loadMore()}>
        {t('automations.more', { count: left })}
      </Button>
    </div>
  );
}
