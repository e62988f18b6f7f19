// How often an agent looks, in which hours, and how many tokens it may use for that. A choice holds at once.

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HeartbeatAgentStatus, HeartbeatChange } from '../../../src-main/shared/protocol/heartbeat.ts';
import { HOUR, MINUTE } from '../../../src-main/shared/time.ts';
import { useActions, useServes } from '../../app/client-context.tsx';
import { Button } from '../../components/button.tsx';
import { Field, TextField } from '../../components/field.tsx';
import { HoursFields } from '../../components/hours-fields.tsx';
import { Problem } from '../../components/problem.tsx';
import { Switch } from '../../components/switch.tsx';
import { useWork } from '../../components/use-work.ts';
import { scheduleInWords } from '../cron/schedule-words.ts';
import { SettingGroup } from '../settings/setting-group.tsx';
import styles from './heartbeat-view.module.css';

interface HeartbeatSettingsProps {
  readonly status: HeartbeatAgentStatus;
  readonly onChanged: () => Promise<void>;
}

const INTERVALS: readonly number[] = [
  0,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  12 * HOUR,
  24 * HOUR,
];
const USUAL_HOURS = { start: '08:00', end: '22:00' };

export function HeartbeatSettings({ status, onChanged }: HeartbeatSettingsProps) {
  const { t } = useTranslation();
  const { heartbeat } = useActions();
  const canChange = useServes('heartbeat.configure');
  const { problem, run } = useWork();
  const { agentId, settings } = status;
  const { everyMs, activeHours, tokensPerDay, chosen } = settings;
  const change = (what: HeartbeatChange): void => {
    void run(() => heartbeat.configure(agentId, what)).then(onChanged);
  };
  const intervals = INTERVALS.includes(everyMs) ? INTERVALS : [...INTERVALS, everyMs].sort((a, b) => a - b);
  return (
    <SettingGroup title={t('heartbeat.when')} text={t('heartbeat.whenText')}>
      <div className={styles['fields']}>
        <Field label={t('heartbeat.interval')}>
          {(tied) => (
            <select
              {...tied}
              disabled={!canChange}
              value={everyMs}
              onChange={(event) => {
                change({ everyMs: Number(event.target.value) });
              }}
            >
              {intervals.map((ms) => (
                <option key={ms} value={ms}>
                  {ms === 0
                    ? t('heartbeat.onlyAsked')
                    : scheduleInWords({ kind: 'every', everyMs: ms }, t).words}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Budget
          key={tokensPerDay}
          tokensPerDay={tokensPerDay}
          disabled={!canChange}
          onChange={(tokens) => {
            change({ tokensPerDay: tokens });
          }}
        />
      </div>
      <div className={styles['switch']}>
        <Switch
          label={t('heartbeat.hours')}
          help={
            activeHours === undefined
              ? t('heartbeat.hoursText')
              : t('heartbeat.hoursIn', { zone: activeHours.timezone })
          }
          checked={activeHours !== undefined}
          disabled={!canChange}
          onChange={(on) => {
            change({ activeHours: on ? USUAL_HOURS : null });
          }}
        />
      </div>
      {activeHours === undefined ? null : (
        <HoursFields
          hours={activeHours}
          disabled={!canChange}
          onChange={(hours) => {
            change({ activeHours: { ...activeHours, ...hours } });
          }}
        />
      )}
      <Problem text={problem} />
      {chosen === undefined || !canChange ? null : (
        <p className={styles['note']}>
          {t('heartbeat.chosen')}{' '}
          <Button look="plain" onClick={() => void run(() => heartbeat.reset(agentId)).then(onChanged)}>
            {t('heartbeat.reset')}
          </Button>
        </p>
      )}
    </SettingGroup>
  );
}

interface BudgetProps {
  readonly tokensPerDay: number;
  readonly disabled: boolean;
  readonly onChange: (tokens: number) => void;
}

/** What is typed holds with Enter or when the field is left. */
function Budget({ tokensPerDay, disabled, onChange }: BudgetProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(tokensPerDay === 0 ? '' : String(tokensPerDay));
  const tokens = text.trim() === '' ? 0 : Number(text);
  const valid = Number.isSafeInteger(tokens) && tokens >= 0;
  const save = (): void => {
    if (valid && tokens !== tokensPerDay) onChange(tokens);
  };
  return (
    <TextField
      label={t('heartbeat.budget')}
      problem={valid ? undefined : t('heartbeat.noNumber')}
      inputMode="numeric"
      placeholder={t('heartbeat.noBudget')}
      disabled={disabled}
      value={text}
      onValue={setText}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Enter') save();
      }}
    />
  );
}
