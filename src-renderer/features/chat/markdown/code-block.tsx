// A block of code: its language, a way to copy it, and its own horizontal scroll.

import { Children, isValidElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../../components/copy-button.tsx';
import styles from './code-block.module.css';
import { useHighlight } from './use-highlight.ts';

export function CodeBlock({ children }: { readonly children?: ReactNode }) {
  const { t } = useTranslation();
  const { language, code } = read(children);
  const coloured = useHighlight(code, language);
  return (
    <div className={styles['block']}>
      <div className={styles['head']}>
        <span className={styles['language']}>{language}</span>
        <CopyButton text={code} label={t('copy.code')} />
      </div>
      <pre className={styles['code']} dir="ltr" tabIndex={0} role="region" aria-label={t('chat.code')}>
        {coloured ?? code}
      </pre>
    </div>
  );
}

/** Markdown makes `pre > code.language-x > text` of a block. */
function read(children: ReactNode): { readonly language: string; readonly code: string } {
  const [only] = Children.toArray(children);
  if (!isValidElement<{ className?: string; children?: ReactNode }>(only))
    return { language: '', code: textOf(children) };
  const language = /language-(\S+)/.exec(only.props.className ?? '')?.[1] ?? '';
  return { language, code: textOf(only.props.children).replace(/\n$/, '') };
}

function textOf(node: ReactNode): string {
  return Children.toArray(node)
    .map((part) => (typeof part === 'string' || typeof part === 'number' ? String(part) : ''))
    .join('');
}
