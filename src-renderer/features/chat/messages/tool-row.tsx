// A tool that the agent used: one line that says what it did, with arguments and result on request.

import { ChevronRight } from 'lucide-react';
import { Collapsible } from 'radix-ui';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { messageText } from '../../../../src-main/shared/protocol/chat.ts';
import { Icon } from '../../../components/icon.tsx';
import type { ToolUse } from '../chat-items.ts';
import { prettyJson, toolSubject } from './tool-words.ts';
import styles from './tool-row.module.css';

const KNOWN = {
  reminder_set: 'tools.reminder_set',
  reminder_list: 'tools.reminder_list',
  reminder_remove: 'tools.reminder_remove',
  memory_save: 'tools.memory_save',
  memory_search: 'tools.memory_search',
  gateway_status: 'tools.gateway_status',
} as const;

export const ToolRow = memo(function ToolRow({ tool }: { readonly tool: ToolUse }) {
  const { t } = useTranslation();
  const { name, args, result } = tool;
  const words = name in KNOWN ? t(KNOWN[name as keyof typeof KNOWN]) : undefined;
  const subject = toolSubject(args);
  const failed = result?.isError === true;
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
        {failed ? <span className={styles['failed']}>{t('tools.failed')}</span> : null}
      </Collapsible.Trigger>
      <Collapsible.Content className={styles['details']}>
        <Part title={t('tools.call')} text={`${name}(${prettyJson(args)})`} />
        <Part
          title={t(failed ? 'tools.error' : 'tools.result')}
          text={result === undefined ? t('tools.noResult') : prettyJson(messageText(result))}
        />
      </Collapsible.Content>
    </Collapsible.Root>
  );
});

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
