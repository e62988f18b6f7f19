// What the model thought before it answered, for those who want to read it.

import { ChevronRight } from 'lucide-react';
import { Collapsible } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../../components/icon.tsx';
import styles from './thoughts.module.css';

interface ThoughtsProps {
  readonly text: string;
  /** It still thinks. */
  readonly live?: boolean;
}

export function Thoughts({ text, live = false }: ThoughtsProps) {
  const { t } = useTranslation();
  return (
    <Collapsible.Root>
      <Collapsible.Trigger className={styles['row']}>
        <Icon of={ChevronRight} size={14} className={styles['chevron']} />
        {t(live ? 'chat.thinks' : 'chat.thoughts')}
      </Collapsible.Trigger>
      <Collapsible.Content>
        <p className={styles['text']} dir="auto">
          {text}
        </p>
      </Collapsible.Content>
    </Collapsible.Root>
  );
}
