// The skills that agents may use: which there are, why one cannot be used, what is set for it, and how one comes or goes.

import { KeyRound, Plus, Trash2 } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SkillStatus } from '../../../src-main/shared/protocol/skills.ts';
import { useActions, useServes } from '../../app/client-context.tsx';
import { useLive } from '../../app/use-live.ts';
import { AskSure } from '../../components/ask.tsx';
import { Button } from '../../components/button.tsx';
import { LoadedView } from '../../components/loaded-view.tsx';
import { MenuButton, type MenuCommand } from '../../components/menu.tsx';
import { Problem } from '../../components/problem.tsx';
import { Switch } from '../../components/switch.tsx';
import { useWork } from '../../components/use-work.ts';
import { SettingGroup } from '../settings/setting-group.tsx';
import { InstallSkill } from './install-skill.tsx';
import { SkillSecrets } from './skill-secrets.tsx';
import { whyUnavailable } from './skill-words.ts';
import styles from './skills-settings.module.css';

const CHANGES = ['skills.changed', 'config.changed'] as const;

type Asked =
  { readonly kind: 'install' } | { readonly kind: 'secrets' | 'remove'; readonly skill: SkillStatus };

export function SkillsSettings() {
  const { t } = useTranslation();
  const { skills: actions } = useActions();
  const canInstall = useServes('skills.install');
  const read = useCallback(() => actions.status(undefined), [actions]);
  const [loaded, reload] = useLive(read, CHANGES);
  const [asked, setAsked] = useState<Asked>();
  const close = (): void => {
    setAsked(undefined);
    void reload();
  };
  return (
    <SettingGroup title={t('skills.title')} text={t('skills.text')}>
      {canInstall ? (
        <Button
          icon={Plus}
          onClick={() => {
            setAsked({ kind: 'install' });
          }}
        >
          {t('skills.install')}
        </Button>
      ) : null}
      <LoadedView loaded={loaded} onRetry={() => void reload()}>
        {({ skills, problems }) => (
          <>
            {problems.map((problem) => (
              <Problem key={problem} text={problem} />
            ))}
            {skills.length === 0 ? <p className={styles['none']}>{t('skills.none')}</p> : null}
            <ul className={styles['list']}>
              {skills.map((skill) => (
                <Skill key={skill.skillKey} skill={skill} onAsk={setAsked} onChanged={reload} />
              ))}
            </ul>
          </>
        )}
      </LoadedView>
      {asked?.kind === 'install' ? <InstallSkill onClose={close} /> : null}
      {asked?.kind === 'secrets' ? <SkillSecrets skill={asked.skill} onClose={close} /> : null}
      {asked?.kind === 'remove' ? (
        <AskSure
          title={t('skills.removeQuestion', { name: asked.skill.name })}
          text={t('skills.removeText')}
          confirm={t('skills.remove')}
          onConfirm={() => actions.remove(asked.skill.name)}
          onClose={close}
        />
      ) : null}
    </SettingGroup>
  );
}

interface SkillProps {
  readonly skill: SkillStatus;
  readonly onAsk: (asked: Asked) => void;
  readonly onChanged: () => Promise<void>;
}

function Skill({ skill, onAsk, onChanged }: SkillProps) {
  const { t } = useTranslation();
  const { skills } = useActions();
  const canChange = useServes('skills.update');
  const { busy, problem, run } = useWork();
  const commands = useCommands(skill, onAsk);
  const reasons = whyUnavailable(skill, t);
  return (
    <li className={styles['skill']}>
      <div className={styles['text']}>
        <Switch
          label={skill.name}
          help={skill.description}
          checked={!skill.disabled}
          disabled={!canChange || busy}
          onChange={(enabled) => void run(() => skills.change(skill.skillKey, { enabled })).then(onChanged)}
        />
        <p className={styles['state']} data-ready={skill.eligible}>
          {skill.eligible ? t('skills.ready') : skill.disabled ? t('skills.off') : t('skills.unavailable')}
          {reasons.length === 0 ? '' : ` ${reasons.join(' ')}`}
        </p>
        <Problem text={problem} />
      </div>
      {commands.length === 0 ? null : (
        <MenuButton
          label={t('skills.actions')}
          name={t('settings.actionsOf', { name: skill.name })}
          commands={commands}
        />
      )}
    </li>
  );
}

function useCommands(skill: SkillStatus, onAsk: (asked: Asked) => void): readonly MenuCommand[] {
  const { t } = useTranslation();
  const canChange = useServes('skills.update');
  const canRemove = useServes('skills.remove');
  const hasSecrets = skill.primaryEnv !== undefined || skill.requirements.env.length > 0;
  return [
    ...(canChange && hasSecrets
      ? [
          {
            id: 'secrets',
            label: t('skills.secrets'),
            icon: KeyRound,
            run: () => {
              onAsk({ kind: 'secrets', skill });
            },
          },
        ]
      : []),
    ...(canRemove && skill.source === 'clawtray-installed'
      ? [
          {
            id: 'remove',
            label: t('skills.remove'),
            icon: Trash2,
            grave: true,
            run: () => {
              onAsk({ kind: 'remove', skill });
            },
          },
        ]
      : []),
  ];
}
