// The whole command, as it will run: wrapped, never cut, left to right, with everything marked that the eye would miss.

import type { SuspectSpan } from '../../../src-main/shared/protocol/approvals.ts';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../components/copy-button.tsx';
import { commandParts } from './command-parts.ts';
import styles from './command-text.module.css';

interface CommandTextProps {
  readonly command: string;
  readonly suspects: readonly SuspectSpan[];
  /** What it is; a command if left out. */
  readonly label?: string;
}

export function CommandText({ command, suspects, label }: CommandTextProps) {
  const { t } = useTranslation();
  return (
    <div className={styles['frame']}>
      <pre
        className={styles['command']}
        dir="ltr"
        tabIndex={0}
        role="region"
        aria-label={label ?? t('approvals.command')}
      >
        {commandParts(command, suspects).map((part, index) => {
          switch (part.kind) {
            case 'text':
              return <span key={index}>{part.text}</span>;
            case 'hidden':
              return (
                <mark key={index} className={styles['suspect']}>
                  {part.shown}
                </mark>
              );
            case 'look-alike':
              return (
                <mark key={index} className={styles['suspect']}>
                  {part.text} {part.shown}
                </mark>
              );
          }
        })}
      </pre>
      <CopyButton
        text={command}
        label={label === undefined ? t('approvals.copy') : t('approvals.copyDetail')}
        className={styles['copy']}
      />
    </div>
  );
}
