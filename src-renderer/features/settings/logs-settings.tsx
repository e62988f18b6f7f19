// The end of the gateway's log, as it grows: by level, by words, and stopped while it is read; beside it, what runs did.

import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '../../../src-main/shared/logger.ts';
import { useActions, useServes, useView } from '../../app/client-context.tsx';
import { formats } from '../../app/i18n/formats.ts';
import { exactTime } from '../../app/i18n/times.ts';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Problem } from '../../components/problem.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { Segments } from '../../components/segments.tsx';
import { Select } from '../../components/select.tsx';
import { RunList } from '../trace/run-list.tsx';
import { RunTraceView } from '../trace/run-trace-view.tsx';
import { readLogLine, LEVELS, type Level, type LogLine } from './log-lines.ts';
import styles from './logs-settings.module.css';

const READ_EVERY = 2_000;
/** More lines are in the file. */
const MOST_KEPT = 2_000;
const MOST_SHOWN = 500;

/** The log, or what runs did. */
export function LogsSettings() {
  const { t } = useTranslation();
  const wanted = useView(({ view }) => (view.name === 'settings' ? view.runId : undefined));
  const visits = useView((state) => state.visits);
  const hasRuns = useServes('runs.list');
  const [chosen, setChosen] = useState<Chosen>();
  // Whoever is led to a run sees it.
  const shown: Chosen =
    chosen?.visits === visits || wanted === undefined
      ? (chosen ?? { visits, look: 'log' })
      : { visits, look: 'runs', runId: wanted };
  if (!hasRuns) return <Log />;
  const show = (next: Omit<Chosen, 'visits'>): void => {
    setChosen({ visits, ...next });
  };
  return (
    <div className={styles['logs']}>
      <Segments
        label={t('trace.look')}
        value={shown.look}
        choices={(['log', 'runs'] as const).map((value) => ({ value, label: t(`trace.look_${value}`) }))}
        onChoose={(look) => {
          show({ look });
        }}
      />
      {shown.look === 'log' ? (
        <Log />
      ) : shown.runId === undefined ? (
        <RunList
          onOpen={(runId) => {
            show({ look: 'runs', runId });
          }}
        />
      ) : (
        <RunTraceView
          runId={shown.runId}
          onBack={() => {
            show({ look: 'runs' });
          }}
        />
      )}
    </div>
  );
}

interface Chosen {
  readonly visits: number;
  readonly look: 'log' | 'runs';
  readonly runId?: string;
}

function Log() {
  const { t } = useTranslation();
  const { lines, file, problem, paused, setPaused } = useLog();
  const [level, setLevel] = useState<Level>('info');
  const [words, setWords] = useState('');
  const shown = useMemo(() => {
    const wanted = words.trim().toLocaleLowerCase();
    const least = LEVELS.indexOf(level);
    return lines
      .filter((line) => LEVELS.indexOf(line.level) >= least && line.raw.toLocaleLowerCase().includes(wanted))
      .slice(-MOST_SHOWN);
  }, [lines, level, words]);
  return (
    <div className={styles['logs']}>
      <div className={styles['tools']}>
        <Select
          label={t('settings.level')}
          value={level}
          choices={LEVELS.map((one) => ({ value: one, label: t(`settings.level_${one}`) }))}
          onChoose={setLevel}
        />
        <SearchField label={t('settings.logWords')} value={words} onValue={setWords} />
        <Button
          onClick={() => {
            setPaused(!paused);
          }}
        >
          {t(paused ? 'settings.goOn' : 'settings.pause')}
        </Button>
        <CopyButton text={shown.map(({ raw }) => raw).join('\n')} label={t('settings.copyLog')} withWords />
      </div>
      <Problem text={problem} />
      <Lines lines={shown} follows={!paused} />
      {file === undefined ? null : <p className={styles['file']}>{file}</p>}
    </div>
  );
}

/** Asks for what came since, as long as nobody stops it. */
function useLog() {
  const { settings } = useActions();
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const [file, setFile] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const [paused, setPaused] = useState(false);
  const cursor = useRef<number>(undefined);

  useEffect(() => {
    if (paused) return;
    let current = true;
    let timer: number | undefined;
    const read = async (): Promise<void> => {
      try {
        const result = await settings.logs(cursor.current);
        if (!current) return;
        const fresh = cursor.current === undefined || result.reset === true;
        cursor.current = result.cursor;
        const more = result.lines.map(readLogLine);
        setLines((before) =>
          more.length === 0 && !fresh ? before : [...(fresh ? [] : before), ...more].slice(-MOST_KEPT),
        );
        setFile(result.file);
        setProblem(undefined);
      } catch (error) {
        if (current) setProblem(errorText(error));
      }
      // Its own answers must not be a reason to ask sooner.
      if (current) timer = window.setTimeout(() => void read(), READ_EVERY);
    };
    void read();
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [paused, settings]);

  return { lines, file, problem, paused, setPaused };
}

function Lines({ lines, follows }: { readonly lines: readonly LogLine[]; readonly follows: boolean }) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    const element = place.current;
    if (element !== null && follows && atEnd.current) element.scrollTop = element.scrollHeight;
  }, [lines, follows]);
  return (
    <div
      ref={place}
      className={styles['lines']}
      role="log"
      aria-live="off"
      aria-label={t('settings.logLines')}
      tabIndex={0}
      onScroll={({ currentTarget }) => {
        const left = currentTarget.scrollHeight - currentTarget.scrollTop - currentTarget.clientHeight;
        atEnd.current = left < 24;
      }}
    >
      {lines.length === 0 ? <p className={styles['none']}>{t('settings.noLines')}</p> : null}
      {lines.map((line) => (
        <div key={line.id} className={styles['line']} data-level={line.level}>
          <time className={styles['time']} title={line.at === undefined ? undefined : exactTime(line.at)}>
            {line.at === undefined ? '' : formats().clockWithSeconds.format(line.at)}
          </time>
          <span className={styles['name']}>{line.level}</span>
          <span className={styles['text']}>
            {line.text}
            {line.rest === '' ? null : <span className={styles['rest']}> {line.rest}</span>}
          </span>
        </div>
      ))}
    </div>
  );
}
