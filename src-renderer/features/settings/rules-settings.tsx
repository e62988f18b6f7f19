// What runs without a question because somebody allowed it for good: shown exactly as it holds, and taken back.

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EVERY_AGENT, type StandingRule } from '../../../src-main/shared/standing-rules.ts';
import { useActions } from '../../app/client-context.tsx';
import { ago } from '../../app/i18n/times.ts';
import { AskSure } from '../../components/ask.tsx';
import { Button } from '../../components/button.tsx';
import { LoadedView } from '../../components/loaded-view.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { useLoaded } from '../../components/use-loaded.ts';
import styles from './rules-settings.module.css';
import { SettingGroup } from './setting-group.tsx';
import { RowFact, RowName, SettingRow } from './setting-row.tsx';

export function RulesSettings() {
  const { t } = useTranslation();
  const { settings } = useActions();
  const [loaded, reload] = useLoaded(settings.rules);
  const [asked, setAsked] = useState<StandingRule>();
  return (
    <SettingGroup title={t('settings.rules')} text={t('settings.rulesText')}>
      <LoadedView loaded={loaded} onRetry={() => void reload()}>
        {(rules) =>
          rules.length === 0 ? (
            <p className={styles['none']}>{t('settings.noRules')}</p>
          ) : (
            <ul>
              {rules.map((rule) => (
                <RuleRow
                  key={`${rule.agent} ${rule.id}`}
                  rule={rule}
                  onRevoke={() => {
                    setAsked(rule);
                  }}
                />
              ))}
            </ul>
          )
        }
      </LoadedView>
      {asked === undefined ? null : (
        <RevokeRule
          rule={asked}
          onClose={() => {
            setAsked(undefined);
            void reload();
          }}
        />
      )}
    </SettingGroup>
  );
}

function RuleRow({ rule, onRevoke }: { readonly rule: StandingRule; readonly onRevoke: () => void }) {
  const { t } = useTranslation();
  const who =
    rule.agent === EVERY_AGENT ? t('settings.ruleForAll') : t('approvals.agent', { id: rule.agent });
  return (
    <SettingRow
      actions={
        <Button onClick={onRevoke} aria-label={t('settings.revokeRule', { rule: nameOf(rule) })}>
          {t('settings.revoke')}
        </Button>
      }
    >
      <RuleText rule={rule} />
      <RowFact>
        {who}
        {rule.kind === 'tool' ? (
          <>
            {' · '}
            <RelativeTime at={rule.addedAt} words={ago} />
          </>
        ) : null}
        {rule.kind === 'command' && rule.commandText !== undefined ? (
          <>
            {' · '}
            {t('settings.ruleFrom')} <code className={styles['code']}>{rule.commandText}</code>
          </>
        ) : null}
      </RowFact>
    </SettingRow>
  );
}

/** Every character of it: a rule is what is compared, not what somebody meant by it. */
function RuleText({ rule }: { readonly rule: StandingRule }) {
  const { t } = useTranslation();
  if (rule.kind === 'tool')
    return <RowName>{t('approvals.toolRule', { tool: rule.tool, server: rule.server })}</RowName>;
  return (
    <>
      <p className={styles['code']} dir="ltr">
        {rule.pattern}
      </p>
      <RowFact>
        {rule.argPattern === undefined ? (
          t('settings.anyArguments')
        ) : (
          <>
            {t('settings.arguments')} <code className={styles['code']}>{rule.argPattern}</code>
          </>
        )}
      </RowFact>
    </>
  );
}

interface RevokeRuleProps {
  readonly rule: StandingRule;
  readonly onClose: () => void;
}

function RevokeRule({ rule, onClose }: RevokeRuleProps) {
  const { t } = useTranslation();
  const { settings } = useActions();
  return (
    <AskSure
      title={t('settings.revokeQuestion')}
      text={t('settings.revokeText', { rule: nameOf(rule) })}
      confirm={t('settings.revoke')}
      onConfirm={() => settings.revokeRule(rule)}
      onClose={onClose}
    />
  );
}

function nameOf(rule: StandingRule): string {
  return rule.kind === 'tool' ? `${rule.server} ${rule.tool}` : rule.pattern;
}
