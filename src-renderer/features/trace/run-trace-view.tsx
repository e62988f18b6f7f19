// What one run did, step by step: models asked, tools used, people asked, each with its time, and as a bar where in the run
// that was.

import { ArrowLeft, Bell, Sparkles, Wrench } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TFunction } from 'i18next';
import type { RunTraceResult, TraceStep } from '../../../src-main/shared/protocol/runs.ts';
import { useActions, useSessions } from '../../app/client-context.tsx';
import { formats } from '../../app/i18n/formats.ts';
import { durationWords, exactTime } from '../../app/i18n/times.ts';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { LoadedView } from '../../components/loaded-view.tsx';
import { Segments } from '../../components/segments.tsx';
import { useLoaded } from '../../components/use-loaded.ts';
import { titleOfSession } from '../sessions/session-name.ts';
import { RunFacts } from './run-list.tsx';
import styles from './run-trace-view.module.css';

const ICONS = { model: Sparkles, tool: Wrench, approval: Bell } as const;
const KINDS = ['all', 'model', 'tool', 'approval'] as const;
type Kind = (typeof KINDS)[number];
/** Of a run that goes on. */
const READ_EVERY = 2_000;

interface RunTraceViewProps {
  readonly runId: string;
  readonly onBack: () => void;
}

export function RunTraceView({ runId, onBack }: RunTraceViewProps) {
  const { t } = useTranslation();
  const { settings } = useActions();
  const read = useCallback(() => settings.runTrace(runId), [settings, runId]);
  const [loaded, reload] = useLoaded(read);
  const goesOn = loaded.state === 'ready' && loaded.value.run.endedAtMs === undefined;
  useEffect(() => {
    if (!goesOn) return;
    const timer = window.setInterval(() => void reload(), READ_EVERY);
    return () => {
      window.clearInterval(timer);
    };
  }, [goesOn, reload]);
  return (
    <>
      <div>
        <Button look="plain" icon={ArrowLeft} className={styles['back']} onClick={onBack}>
          {t('trace.allRuns')}
        </Button>
      </div>
      <LoadedView loaded={loaded} onRetry={() => void reload()}>
        {(trace) => <Trace trace={trace} />}
      </LoadedView>
    </>
  );
}

function Trace({ trace: { run, steps, truncated } }: { readonly trace: RunTraceResult }) {
  const { t } = useTranslation();
  const actions = useActions();
  const [kind, setKind] = useState<Kind>('all');
  const row = useSessions((state) => state.rows.find(({ key }) => key === run.sessionKey));
  const shown = steps.filter((step) => kind === 'all' || step.kind === kind);
  const from = run.beganAtMs ?? run.acceptedAtMs;
  const lastAt = Math.max(from, ...steps.map((step) => step.endedAtMs ?? step.startedAtMs));
  const span = { from, length: Math.max(1, (run.endedAtMs ?? lastAt) - from) };
  return (
    <>
      <div className={styles['head']}>
        <h2 className={styles['title']} dir="auto">
          {titleOfSession(row ?? { key: run.sessionKey }, t)}
        </h2>
        <p className={styles['facts']}>
          {t(`trace.state_${run.state}`)} ·{' '}
          <time dateTime={new Date(run.acceptedAtMs).toISOString()}>{exactTime(run.acceptedAtMs)}</time>
        </p>
        <p className={styles['facts']}>
          <RunFacts run={run} />
        </p>
      </div>
      <div className={styles['tools']}>
        <Segments
          label={t('trace.kinds')}
          value={kind}
          choices={KINDS.map((value) => ({ value, label: t(`trace.kind_${value}`) }))}
          onChoose={setKind}
        />
        <Button
          onClick={() => {
            actions.show({ name: 'chat', sessionKey: run.sessionKey });
          }}
        >
          {t('automations.openChat')}
        </Button>
      </div>
      {shown.length === 0 ? (
        <p className={styles['none']} role="status">
          {t(steps.length === 0 ? 'trace.noSteps' : 'trace.noneFits')}
        </p>
      ) : null}
      <ol className={styles['steps']} aria-label={t('trace.steps')}>
        {shown.map((step, index) => (
          <Step key={index} step={step} span={span} />
        ))}
      </ol>
      {truncated === true ? <p className={styles['none']}>{t('trace.truncated')}</p> : null}
    </>
  );
}

interface StepProps {
  readonly step: TraceStep;
  readonly span: { readonly from: number; readonly length: number };
}

function Step({ step, span }: StepProps) {
  const { t } = useTranslation();
  const { startedAtMs, endedAtMs } = step;
  const share = (ms: number): number => Math.min(100, Math.max(0, (ms / span.length) * 100));
  const begin = share(startedAtMs - span.from);
  const end = endedAtMs === undefined ? 100 : share(endedAtMs - span.from);
  return (
    <li className={styles['step']} data-bad={isBad(step)}>
      <Icon of={ICONS[step.kind]} className={styles['icon']} />
      <div className={styles['words']}>
        <p className={styles['line']}>
          <span className="offscreen">{t(`trace.kind_${step.kind}`)}: </span>
          <span className={styles['name']} dir="auto">
            {nameOf(step, t)}
          </span>
          <span className={styles['time']}>
            {endedAtMs === undefined ? t('trace.goesOn') : durationWords(endedAtMs - startedAtMs)}
          </span>
        </p>
        <p className={styles['about']} dir="auto">
          {aboutOf(step, t)}
        </p>
        <div className={styles['track']} aria-hidden>
          <span
            className={styles['bar']}
            data-kind={step.kind}
            style={{ insetInlineStart: `${begin}%`, width: `max(2px, ${Math.max(0, end - begin)}%)` }}
          />
        </div>
      </div>
    </li>
  );
}

function isBad(step: TraceStep): boolean {
  return step.outcome === 'failed' || step.outcome === 'unknown';
}

function nameOf(step: TraceStep, t: TFunction): string {
  switch (step.kind) {
    case 'model':
      return `${step.provider}/${step.model}`;
    case 'tool':
      return step.name;
    case 'approval':
      return t('trace.asked');
  }
}

function aboutOf(step: TraceStep, t: TFunction): string {
  switch (step.kind) {
    case 'model': {
      const { number } = formats();
      const { inputTokens, outputTokens, cachedTokens } = step;
      return [
        step.outcome === 'ok' ? '' : t(`trace.outcome_${step.outcome}`),
        inputTokens === undefined ? '' : t('trace.input', { n: number.format(inputTokens) }),
        cachedTokens === undefined || cachedTokens === 0
          ? ''
          : t('trace.cached', { n: number.format(cachedTokens) }),
        outputTokens === undefined ? '' : t('trace.output', { n: number.format(outputTokens) }),
      ]
        .filter((word) => word !== '')
        .join(' · ');
    }
    case 'tool':
      return [step.outcome === 'ok' ? '' : t(`trace.outcome_${step.outcome}`), step.about]
        .filter((word) => word !== '')
        .join(' · ');
    case 'approval':
      return `${t(`trace.decision_${step.outcome}`, { defaultValue: step.outcome })} · ${step.about}`;
  }
}
