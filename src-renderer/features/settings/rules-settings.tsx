// What runs without a question because somebody allowed it for good: shown exactly as it holds, and taken back.

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '../../../src-main/shared/logger.ts';
import { EVERY_AGENT, type StandingRule } from '../../../src-main/shared/standing-rules.ts';
import { useActions } from '../../app/client-context.tsx';
import { ago } from '../../app/i18n/times.ts';
import { Button } from '../../components/button.tsx';
import { Dialog, DialogButtons } from '../../components/dialog.tsx';
import { LoadedView } from '../../components/loaded-view.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { useLoaded } from '../../components/use-loaded.ts';
import styles from './rules-settings.module.css';
import { SettingGroup } from './setting-group.tsx';

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
    <li className={styles['rule']}>
      <div className={styles['text']}>
        <RuleText rule={rule} />
        <p className={styles['facts']}>
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
        </p>
      </div>
      <Button onClick={onRevoke} aria-label={t('settings.revokeRule', { rule: nameOf(rule) })}>
        {t('settings.revoke')}
      </Button>
    </li>
  );
}

/** Every character of it: a rule is what is compared, not what somebody meant by it. */
function RuleText({ rule }: { readonly rule: StandingRule }) {
  const { t } = useTranslation();
  if (rule.kind === 'tool')
    return (
      <p className={styles['name']} dir="auto">
        {t('approvals.toolRule', { tool: rule.tool, server: rule.server })}
      </p>
    );
  return (
    <>
      <p className={styles['code']} dir="ltr">
        {rule.pattern}
      </p>
      <p className={styles['facts']}>
        {rule.argPattern === undefined ? (
          t('settings.anyArguments')
        ) : (
          <>
            {t('settings.arguments')} <code className={styles['code']}>{rule.argPattern}</code>
          </>
        )}
      </p>
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
  const [problem, setProblem] = useState<string>();
  return (
    <Dialog
      title={t('settings.revokeQuestion')}
      text={t('settings.revokeText', { rule: nameOf(rule) })}
      onClose={onClose}
    >
      {problem === undefined ? null : (
        <p role="alert" className={styles['problem']} dir="auto">
          {problem}
        </p>
      )}
      <DialogButtons>
        <Button data-autofocus onClick={onClose}>
          {t('sessions.keep')}
        </Button>
        <Button
          look="danger"
          onClick={() => {
            settings.revokeRule(rule).then(onClose, (error: unknown) => {
              setProblem(errorText(error));
            });
          }}
        >
          {t('settings.revoke')}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}

function nameOf(rule: StandingRule): string {
  return rule.kind === 'tool' ? `${rule.server} ${rule.tool}` : rule.pattern;
}
