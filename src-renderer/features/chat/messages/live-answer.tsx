// An answer while it is being given. The only thing that is drawn again with every piece of it.

import { useTranslation } from 'react-i18next';
import { useActions, useChat } from '../../../app/client-context.tsx';
import { Button } from '../../../components/button.tsx';
import { useDelayed } from '../../../components/use-delayed.ts';
import { Working } from '../../../components/working.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import { usePaced } from './use-paced.ts';
import styles from './live-answer.module.css';

interface LiveAnswerProps {
  readonly runId: string;
  readonly queued: boolean;
  readonly sessionKey: string;
}

/** Quick answers need no sign that they are coming. */
const SIGN_AFTER = 150;

export function LiveAnswer({ runId, queued, sessionKey }: LiveAnswerProps) {
  const { t } = useTranslation();
  const actions = useActions();
  const text = useChat(
    (state) => state.chats[sessionKey]?.runs.find((run) => run.runId === runId)?.text ?? '',
  );
  const stopping = useChat((state) => state.chats[sessionKey]?.stopping ?? false);
  const paced = usePaced(text);
  const late = useDelayed(true, SIGN_AFTER);
  return (
    <article className={styles['live']} aria-busy>
      {paced === '' ? null : <Markdown text={paced} />}
      <div className={styles['sign']} data-visible={late}>
        <Working
          label={t(
            stopping
              ? 'chat.stopping'
              : queued
                ? 'chat.queued'
                : paced === ''
                  ? 'chat.thinking'
                  : 'chat.writing',
          )}
        />
        {queued && !stopping ? (
          <Button look="plain" onClick={() => void actions.chat.stop(sessionKey, runId)}>
            {t('chat.withdraw')}
          </Button>
        ) : null}
      </div>
    </article>
  );
}
