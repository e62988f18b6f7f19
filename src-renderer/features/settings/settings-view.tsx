// The settings: sections on one side, what is in the chosen one on the other. Loaded when it is opened first.

import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useActions, useGateway, useView } from '../../app/client-context.tsx';
import { serves } from '../../app/gateway-store.ts';
import { ViewHeader } from '../../app/shell/view-header.tsx';
import { Icon } from '../../components/icon.tsx';
import { NotificationsSettings } from '../notifications/notification-settings.tsx';
import { SkillsSettings } from '../skills/skills-settings.tsx';
import { AgentsSettings } from '../agents/agents-settings.tsx';
import { AboutSettings } from './about-settings.tsx';
import { AllSettings } from './all/all-settings.tsx';
import { DevicesSettings } from './devices-settings.tsx';
import { RulesSettings } from './rules-settings.tsx';
import { GeneralSettings } from './general-settings.tsx';
import { LogsSettings } from './logs-settings.tsx';
import { SECTION_FACTS, SECTIONS, type SettingsSection } from './settings-sections.ts';
import styles from './settings-view.module.css';
import { UsageSettings } from './usage/usage-settings.tsx';

export function SettingsView({ section }: { readonly section: SettingsSection | undefined }) {
  const { t } = useTranslation();
  const actions = useActions();
  const visits = useView((state) => state.visits);
  const gateway = useGateway((state) => state);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    title.current?.focus();
  }, [visits]);

  const shown = SECTIONS.filter((one) => {
    const { needs } = SECTION_FACTS[one];
    return needs === undefined || serves(gateway, needs);
  });
  const current = section !== undefined && shown.includes(section) ? section : 'general';
  return (
    <section className={styles['view']}>
      <ViewHeader title={t('nav.settings')} titleRef={title} />
      <div className={styles['body']}>
        <nav className={styles['sections']} aria-label={t('settings.sections')}>
          {shown.map((one) => (
            <button
              key={one}
              type="button"
              className={styles['section']}
              aria-current={one === current ? 'page' : undefined}
              onClick={() => {
                actions.show({ name: 'settings', section: one });
              }}
            >
              <Icon of={SECTION_FACTS[one].icon} className={styles['icon']} />
              {t(`settings.section.${one}`)}
            </button>
          ))}
        </nav>
        <div className={styles['scroller']} data-wide={isWide(current)}>
          <div className={styles['column']}>
            <Section section={current} />
          </div>
        </div>
      </div>
    </section>
  );
}

/** Lines of a log want more room than a form. */
function isWide(section: SettingsSection): boolean {
  return section === 'logs' || section === 'agents';
}

function Section({ section }: { readonly section: SettingsSection }) {
  switch (section) {
    case 'general':
      return <GeneralSettings />;
    case 'notifications':
      return <NotificationsSettings />;
    case 'skills':
      return <SkillsSettings />;
    case 'agents':
      return <AgentsSettings />;
    case 'devices':
      return <DevicesSettings />;
    case 'rules':
      return <RulesSettings />;
    case 'usage':
      return <UsageSettings />;
    case 'logs':
      return <LogsSettings />;
    case 'about':
      return <AboutSettings />;
    case 'all':
      return <AllSettings />;
  }
}
