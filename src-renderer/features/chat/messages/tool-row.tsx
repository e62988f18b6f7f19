// A tool that the agent uses: one line that says what it does, how it stands and how long it took, with arguments and output on
// request. While it works, the end of what it shows is seen without asking.

import { ChevronRight } from 'lucide-react';
import { Collapsible } from 'radix-ui';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AttachmentBlock } from '../../../../src-main/shared/protocol/chat.ts';
import { durationWords } from '../../../app/i18n/times.ts';
import { Icon } from '../../../components/icon.tsx';
import { Attachments } from './attachments.tsx';
import { Elapsed } from './elapsed.tsx';
import { lastLines, prettyJson, toolSubject } from './tool-words.ts';
import styles from './tool-row.module.css';

export interface ToolView {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** `unknown`: the answer was cut off. */
  readonly state: 'working' | 'done' | 'failed' | 'unknown';
  readonly output: string;
  /** Images that it answered with. */
  readonly attachments: readonly AttachmentBlock[];
  /** ms since the epoch. */
  readonly startedAt: number;
  readonly durationMs?: number;
}

const KNOWN = {
  reminder_set: 'tools.reminder_set',
  reminder_list: 'tools.reminder_list',
  reminder_remove: 'tools.reminder_remove',
  memory_save: 'tools.memory_save',
  memory_search: 'tools.memory_search',
  memory_get: 'tools.memory_get',
  memory_forget: 'tools.memory_forget',
  gateway_status: 'tools.gateway_status',
  exec: 'tools.exec',
  process: 'tools.process',
  read: 'tools.read',
  write: 'tools.write',
  edit: 'tools.edit',
  list: 'tools.list',
  search: 'tools.search',
  web_fetch: 'tools.web_fetch',
  notify: 'tools.notify',
  skill: 'tools.skill',
  sessions_spawn: 'tools.sessions_spawn',
  sessions_list: 'tools.sessions_list',
  sessions_history: 'tools.sessions_history',
  sessions_send: 'tools.sessions_send',
} as const;

interface ToolRowProps {
  readonly tool: ToolView;
  readonly sessionKey: string;
  /** It has not begun: the person is to decide first. */
  readonly waiting?: boolean;
}

export const ToolRow = memo(function ToolRow({ tool, sessionKey, waiting = false }: ToolRowProps) {
  const { t } = useTranslation();
  const { name, args, state, output, attachments } = tool;
  const words = name in KNOWN ? t(KNOWN[name as keyof typeof KNOWN]) : undefined;
  const subject = toolSubject(args);
  const tail = state === 'working' && !waiting ? lastLines(output) : '';
  return (
    <Collapsible.Root className={styles['tool']}>
      <Collapsible.Trigger className={styles['row']}>
        <Icon of={ChevronRight} size={14} className={styles['chevron']} />
        <span className={words === undefined ? styles['code'] : styles['name']}>{words ?? name}</span>
        {subject === undefined ? null : (
          <span className={styles['subject']} dir="auto">
            {subject}
          </span>
        )}
        <State tool={tool} waiting={waiting} />
      </Collapsible.Trigger>
      {tail === '' ? null : (
        <pre className={styles['tail']} dir="ltr" aria-hidden>
          {tail}
        </pre>
      )}
      <Attachments blocks={attachments} sessionKey={sessionKey} side="start" />
      <Collapsible.Content className={styles['details']}>
        <Part title={t('tools.call')} text={`${name}(${prettyJson(args)})`} />
        <Part
          title={t(state === 'failed' ? 'tools.error' : 'tools.result')}
          text={
            output === ''
              ? t(state === 'working' ? 'tools.nothingYet' : 'tools.noResult')
              : prettyJson(output)
          }
        />
      </Collapsible.Content>
    </Collapsible.Root>
  );
});

function State({ tool, waiting }: Required<Pick<ToolRowProps, 'tool' | 'waiting'>>) {
  const { t } = useTranslation();
  const { state, startedAt, durationMs } = tool;
  if (waiting) return <span className={styles['waits']}>{t('tools.waits')}</span>;
  if (state === 'working')
    return (
      <span className={styles['time']}>
        <span className={styles['pulse']} aria-hidden />
        {t('tools.working')}
        <Elapsed since={startedAt} />
      </span>
    );
  const time = durationMs === undefined ? undefined : durationWords(durationMs);
  return (
    <>
      {state === 'failed' ? <span className={styles['failed']}>{t('tools.failed')}</span> : null}
      {state === 'unknown' ? <span className={styles['waits']}>{t('tools.cutOff')}</span> : null}
      {time === undefined ? null : <span className={styles['time']}>{time}</span>}
    </>
  );
}

function Part({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <>
      <h3 className={styles['title']}>{title}</h3>
      <pre className={styles['text']} tabIndex={0} role="region" aria-label={title} dir="ltr">
        {text}
      </pre>
    </>
  );
}
