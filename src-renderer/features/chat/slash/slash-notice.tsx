// What came of a command, above the composer until the person goes on.

import { Working } from '../../../components/working.tsx';
import styles from './slash-notice.module.css';
import type { SlashNotice } from './use-slash-commands.ts';

export function SlashNoticeView({ notice }: { readonly notice: SlashNotice | undefined }) {
  if (notice === undefined) return null;
  const { kind, text } = notice;
  return (
    <div
      className={styles['notice']}
      data-kind={kind}
      role={kind === 'failed' ? 'alert' : 'status'}
      dir="auto"
    >
      {kind === 'working' ? <Working label={text} /> : text}
    </div>
  );
}
