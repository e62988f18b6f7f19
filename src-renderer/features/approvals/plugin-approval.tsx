// Something else than a command that waits: a call of a tool, a skill that is to be installed. What exactly is done stands
// there whole, like a command.

import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { PendingPluginApproval } from '../../../src-main/shared/protocol/approvals.ts';
import { Icon } from '../../components/icon.tsx';
import { ChatLink, Decision, TimeLeft } from './approval-decision.tsx';
import styles from './approval.module.css';
import { CommandText } from './command-text.tsx';
import { ToolChanges } from './tool-changes.tsx';

interface PluginApprovalProps {
  readonly approval: PendingPluginApproval;
  /** In the chat that it is about, beside something else that the person may be at: it does not take the focus. */
  readonly inline?: boolean;
}

export function PluginApproval({ approval, inline = false }: PluginApprovalProps) {
  const { t } = useTranslation();
  const { id, request, expiresAtMs } = approval;
  const { title, description, detail, suspectSpans, mcpTool, sessionKey, agentId, allowedDecisions } =
    request;
  const { toolChanges = [] } = request;
  const who = agentId === null ? t('approvals.aProgram') : t('approvals.agent', { id: agentId });
  const facts = [
    [t('approvals.server'), mcpTool?.server],
    [t('approvals.tool'), mcpTool?.tool ?? request.toolName ?? undefined],
    [t('approvals.asksFor'), mcpTool === undefined ? (request.pluginId ?? undefined) : undefined],
  ] as const;
  const rule =
    mcpTool !== undefined && allowedDecisions.includes('allow-always')
      ? t('approvals.toolRule', { tool: mcpTool.tool, server: mcpTool.server })
      : undefined;
  return (
    <article className={styles['approval']} aria-labelledby={`approval-${id}`}>
      <h2 id={`approval-${id}`} className={styles['title']} dir="auto">
        {t('approvals.asks', { who, title })}
      </h2>
      <p className={styles['about']} dir="auto">
        {description}
      </p>
      {toolChanges.length === 0 ? null : <ToolChanges changes={toolChanges} />}
      {detail === null ? null : (
        <CommandText command={detail} suspects={suspectSpans} label={t('approvals.detail')} />
      )}
      {suspectSpans.length === 0 ? null : (
        <ul className={styles['warnings']}>
          <li>
            <Icon of={TriangleAlert} size={14} className={styles['icon']} />
            <span>{t('approvals.suspects', { count: suspectSpans.length })}</span>
          </li>
        </ul>
      )}
      <dl className={styles['facts']}>
        {sessionKey === null || inline ? null : (
          <>
            <dt>{t('approvals.chat')}</dt>
            <dd>
              <ChatLink sessionKey={sessionKey} />
            </dd>
          </>
        )}
        {facts.map(([name, value]) =>
          value === undefined ? null : (
            <div key={name} className={styles['fact']}>
              <dt>{name}</dt>
              <dd className={styles['code']}>{value}</dd>
            </div>
          ),
        )}
        {rule === undefined ? null : (
          <>
            <dt>{t('approvals.rule')}</dt>
            <dd dir="auto">{rule}</dd>
          </>
        )}
      </dl>
      <Decision id={id} offered={allowedDecisions} focus={!inline} />
      <TimeLeft until={expiresAtMs} />
    </article>
  );
}
