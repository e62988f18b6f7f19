// What went wrong with what the person did here, in words; nothing while nothing did.

import styles from './problem.module.css';

export function Problem({ text }: { readonly text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <p role="alert" className={styles['problem']} dir="auto">
      {text}
    </p>
  );
}
