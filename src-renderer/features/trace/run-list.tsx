// The runs of the gateway, the newest first: in which chat, how they ended, how long they took and what they cost in tokens.

import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunsListResult, RunState, RunSummary } from '../../../src-main/shared/protocol/runs.ts';
import { useActions, useSessions } from '../../app/client-context.tsx';
import { formats } from '../../app/i18n/formats.ts';
import { ago, durationWords } from '../../app/i18n/times.ts';
import { Button } from '../../components/button.tsx';
import { LoadedView } from '../../components/loaded-view.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { Select } from '../../components/select.tsx';
import { useLoaded } from '../../components/use-loaded.ts';
import { useWork } from '../../components/use-work.ts';
import { titleOfSession } from '../sessions/session-name.ts';
import styles from './run-list.module.css';

const FILTERS = {
  all: undefined,
  open: ['queued', 'running'],
  done: ['done'],
  failed: ['failed', 'interrupted'],
  aborted: ['aborted'],
} as const satisfies Record<string, readonly RunState[] | undefined>;
type Filter = keyof typeof FILTERS;
const NAMES = Object.keys(FILTERS) as readonly Filter[];

export function RunList({ onOpen }: { readonly onOpen: (runId: string) => void }) {
  const { t } = useTranslation();
  const { settings } = useActions();
  const [filter, setFilter] = useState<Filter>('all');
  const [words, setWords] = useState('');
  const read = useCallback(() => settings.runs({ states: FILTERS[filter] }), [settings, filter]);
  const [loaded, reload] = useLoaded(read);
  return (
    <>
      <div className={styles['tools']}>
        <Select
          label={t('trace.state')}
          value={filter}
          choices={NAMES.map((value) => ({ value, label: t(`trace.filter_${value}`) }))}
          onChoose={setFilter}
        />
        <SearchField label={t('trace.chat')} value={words} onValue={setWords} />
        <Button onClick={() => void reload()}>{t('trace.again')}</Button>
      </div>
      <LoadedView loaded={loaded} onRetry={() => void reload()}>
        {(page) => <Pages key={filter} first={page} filter={filter} words={words} onOpen={onOpen} />}
      </LoadedView>
    </>
  );
}

const NO_PAGES: readonly RunsListResult[] = [];

interface PagesProps {
  readonly first: RunsListResult;
  readonly filter: Filter;
  readonly words: string;
  readonly onOpen: (runId: string) => void;
}

function Pages({ first, filter, words, onOpen }: PagesProps) {
  const { t } = useTranslation();
  const { settings } = useActions();
  const rows = useSessions((state) => state.rows);
  const [known, setKnown] = useState({ first, older: NO_PAGES });
  const { busy, problem, run } = useWork();
  // What was read again begins anew.
  const older = known.first === first ? known.older : NO_PAGES;
  const pages = [first, ...older];
  const next = pages.at(-1)?.next;
  const wanted = words.trim().toLocaleLowerCase();
  const titleOf = ({ sessionKey }: RunSummary): string =>
    titleOfSession(rows.find(({ key }) => key === sessionKey) ?? { key: sessionKey }, t);
  const shown = pages
    .flatMap(({ runs }) => runs)
    .filter((one) => titleOf(one).toLocaleLowerCase().includes(wanted));
  return (
    <>
      {shown.length === 0 ? (
        <p className={styles['none']} role="status">
          {t(filter === 'all' && wanted === '' ? 'trace.none' : 'trace.noneFits')}
        </p>
      ) : null}
      <ul className={styles['list']} aria-label={t('trace.runs')}>
        {shown.map((one) => (
          <li key={one.runId}>
            <button
              type="button"
              className={styles['run']}
              onClick={() => {
                onOpen(one.runId);
              }}
            >
              <span className={styles['chat']} dir="auto">
                {titleOf(one)}
              </span>
              <span className={styles['state']} data-state={one.state}>
                {t(`trace.state_${one.state}`)}
              </span>
              <RunFacts run={one} />
              <RelativeTime at={one.acceptedAtMs} words={ago} className={styles['when']} />
            </button>
          </li>
        ))}
      </ul>
      {next === undefined ? null : (
        <Button
          disabled={busy}
          onClick={() =>
            void run(async () => {
              const page = await settings.runs({ states: FILTERS[filter], before: next });
              setKnown({ first, older: [...older, page] });
            })
          }
        >
          {t('trace.older')}
        </Button>
      )}
      {problem === undefined ? null : (
        <p role="alert" className={styles['none']}>
          {problem}
        </p>
      )}
    </>
  );
}

/** How long it took, and what models were asked. */
export function RunFacts({ run }: { readonly run: RunSummary }) {
  const { t } = useTranslation();
  const { beganAtMs, endedAtMs, modelCalls, totalTokens } = run;
  const facts = [
    beganAtMs === undefined || endedAtMs === undefined ? '' : durationWords(endedAtMs - beganAtMs),
    modelCalls === 0 ? '' : t('trace.calls', { count: modelCalls }),
    totalTokens === 0
      ? ''
      : t('trace.tokens', { count: totalTokens, n: formats().number.format(totalTokens) }),
  ];
  return <span className={styles['facts']}>{facts.filter((fact) => fact !== '').join(' · ')}</span>;
}
