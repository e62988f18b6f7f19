// A conversation before its first message: what it is for, and three things that work at once.

import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { useActions, useGateway, useSetup } from '../../app/client-context.tsx';
import styles from './new-chat.module.css';

const EXAMPLES = ['remind', 'repeat', 'remember'] as const;

export function NewChat({ sessionKey }: { readonly sessionKey: string }) {
  const { t } = useTranslation();
  const actions = useActions();
  const offline = useGateway((state) => state.status?.model.source === 'offline');
  const unfinished = useSetup(({ saved }) => saved?.state === 'later' || saved?.state === 'open');
  const configFile = useGateway((state) => state.app?.configFile);
  return (
    <div className={styles['page']}>
      <div className={styles['column']}>
        <h2 className={styles['title']}>{t('newChat.title')}</h2>
        <p className={styles['text']}>{t('newChat.text')}</p>
        <ul className={styles['examples']} aria-label={t('newChat.examples')}>
          {EXAMPLES.map((name) => (
            <li key={name}>
              <button
                type="button"
                className={styles['example']}
                onClick={() => {
                  actions.chat.setDraft(sessionKey, t(`newChat.example.${name}`));
                  actions.focusComposer();
                }}
              >
                {t(`newChat.example.${name}`)}
              </button>
            </li>
          ))}
        </ul>
        {unfinished ? (
          <div className={styles['setup']}>
            <Button
              onClick={() => {
                actions.setup.open();
              }}
            >
              {t('setup.resume')}
            </Button>
          </div>
        ) : null}
        {offline ? (
          <p className={styles['note']}>
            {t('newChat.offline')} {configFile === undefined ? null : t('newChat.configure')}
            {configFile === undefined ? null : <code className={styles['file']}>{configFile}</code>}
          </p>
        ) : null}
      </div>
    </div>
  );
}
