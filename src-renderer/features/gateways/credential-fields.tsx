// How the person is let in: with a token, a password, a setup code, or nothing. What is typed goes to the desktop once and
// does not come back.

import { useTranslation } from 'react-i18next';
import type { GatewayCredential, SecretKeeping } from '../../../src-main/shared/gateways.ts';
import { Field, TextField } from '../../components/field.tsx';
import styles from './credential-fields.module.css';

export type CredentialKind = GatewayCredential['kind'];

export interface CredentialDraft {
  readonly kind: CredentialKind;
  readonly secret: string;
  readonly weakAccepted: boolean;
}

export function credentialOf({ kind, secret }: CredentialDraft): GatewayCredential {
  return kind === 'brought' || kind === 'none' ? { kind } : { kind, secret };
}

/** Whether there is something to sign in with. */
export function isComplete({ kind, secret }: CredentialDraft): boolean {
  return kind === 'brought' || kind === 'none' || secret.trim() !== '';
}

const TYPED = ['token', 'password', 'setup-code', 'none'] as const;

interface CredentialFieldsProps {
  readonly draft: CredentialDraft;
  /** What came with the address. */
  readonly brought?: 'token' | 'setup-code' | undefined;
  readonly secrets: SecretKeeping;
  readonly onDraft: (draft: CredentialDraft) => void;
}

export function CredentialFields({ draft, brought, secrets, onDraft }: CredentialFieldsProps) {
  const { t } = useTranslation();
  const { kind, secret, weakAccepted } = draft;
  const kinds: readonly CredentialKind[] = brought === undefined ? TYPED : ['brought', ...TYPED];
  const typed = kind === 'token' || kind === 'password' || kind === 'setup-code' ? kind : undefined;
  return (
    <>
      <Field label={t('gateways.signInWith')}>
        {(tied) => (
          <select
            {...tied}
            value={kind}
            onChange={(event) => {
              const next = kinds.find((one) => one === event.target.value) ?? 'token';
              onDraft({ ...draft, kind: next, secret: '' });
            }}
          >
            {kinds.map((one) => (
              <option key={one} value={one}>
                {one === 'brought' && brought !== undefined
                  ? t(`gateways.brought.${brought}`)
                  : t(`gateways.credential.${one}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {typed === undefined ? null : (
        <TextField
          label={t(`gateways.credential.${typed}`)}
          help={t(`gateways.credentialHelp.${typed}`)}
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={secret}
          onValue={(value) => {
            onDraft({ ...draft, secret: value });
          }}
        />
      )}
      {kind === 'none' || secrets === 'system' ? null : (
        <p className={styles['note']}>{t(`gateways.keeping.${secrets}`)}</p>
      )}
      {kind === 'none' || secrets !== 'weak' ? null : (
        <label className={styles['accept']}>
          <input
            type="checkbox"
            checked={weakAccepted}
            onChange={(event) => {
              onDraft({ ...draft, weakAccepted: event.target.checked });
            }}
          />
          {t('gateways.acceptWeak')}
        </label>
      )}
    </>
  );
}
