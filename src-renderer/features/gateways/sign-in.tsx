// In a browser, before anything else: the person shows the gateway's secret once.

import { useId, useRef, useState, type ReactNode, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useActions, useGateway } from '../../app/client-context.tsx';
import { Button } from '../../components/button.tsx';
import type { SignInResult } from '../../host/host.ts';
import styles from './sign-in.module.css';

export function SignIn() {
  const { t } = useTranslation();
  const actions = useActions();
  const kind = useGateway(({ access }) => (access.state === 'signed-out' ? access.secret : 'token'));
  const [secret, setSecret] = useState('');
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<SignInResult>();
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const wrong = kind === 'token' ? t('signIn.wrongToken') : t('signIn.wrongPassword');
  const problem = problemOf(result, wrong, t('signIn.locked'), t('signIn.unreachable'));

  async function submit(): Promise<void> {
    setBusy(true);
    setResult(await actions.signIn(kind === 'token' ? tokenIn(secret) : secret));
    setBusy(false);
    // The button could not keep the focus while it was busy.
    field.current?.focus();
    field.current?.select();
  }

  return (
    <main className={styles['page']}>
      <form
        className={styles['form']}
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          if (!busy && secret !== '') void submit();
        }}
      >
        <h1 className={styles['title']}>{t('signIn.title')}</h1>
        <label className={styles['label']} htmlFor={id}>
          {t(`signIn.${kind}`)}
        </label>
        <input
          ref={field}
          id={id}
          className={styles['field']}
          type="password"
          autoComplete="current-password"
          autoFocus
          spellCheck={false}
          aria-describedby={`${id}-help ${id}-problem`}
          aria-invalid={result === 'wrong'}
          value={secret}
          onChange={(event) => {
            setSecret(event.target.value);
            setResult(undefined);
          }}
        />
        <p id={`${id}-help`} className={styles['help']}>
          {t(`signIn.${kind}Help`)}
        </p>
        <p id={`${id}-problem`} role="alert" className={styles['problem']}>
          {problem}
        </p>
        <Button look="primary" submits disabled={busy || secret === ''}>
          {busy ? t('signIn.busy') : t('signIn.submit')}
        </Button>
      </form>
    </main>
  );
}

/** Also out of the whole address that `clawtray url` prints. */
function tokenIn(written: string): string {
  const text = written.trim();
  return (URL.canParse(text) ? new URL(text).searchParams.get('token') : null) ?? text;
}

function problemOf(
  result: SignInResult | undefined,
  wrong: string,
  locked: string,
  unreachable: string,
): ReactNode {
  switch (result) {
    case 'wrong':
      return wrong;
    case 'locked':
      return locked;
    case 'unreachable':
      return unreachable;
    case 'signed-in':
    case undefined:
      return null;
  }
}
