// One gateway in the list: how it stands, what is to be done about it, and what can be done with it.

import { KeyRound, PencilLine, Power, PowerOff, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { OWN_GATEWAY, type GatewayEntry, type SecretKeeping } from '../../../src-main/shared/gateways.ts';
import type { GatewaysBridge } from '../../../src-main/shared/ipc.ts';
import { useHost } from '../../app/client-context.tsx';
import { ago } from '../../app/i18n/times.ts';
import { Button } from '../../components/button.tsx';
import { MenuButton, type MenuCommand } from '../../components/menu.tsx';
import { Problem } from '../../components/problem.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { useWork } from '../../components/use-work.ts';
import { Fingerprint } from './fingerprint.tsx';
import { GatewayQuestion, type Question } from './gateway-question.tsx';
import { done, gatewayName } from './gateways-store.ts';
import styles from './gateway-row.module.css';

interface GatewayRowProps {
  readonly entry: GatewayEntry;
  readonly bridge: GatewaysBridge;
  readonly secrets: SecretKeeping;
}

const TONES: Readonly<Record<GatewayEntry['condition'], 'ok' | 'attention' | 'error' | 'none'>> = {
  'off-duty': 'none',
  connecting: 'none',
  connected: 'ok',
  unreachable: 'attention',
  pairing: 'attention',
  'not-approved': 'error',
  'sign-in': 'attention',
  'certificate-changed': 'error',
  refused: 'error',
};

export function GatewayRow({ entry, bridge, secrets }: GatewayRowProps) {
  const { t } = useTranslation();
  const { gateway: shown } = useHost();
  const [question, setQuestion] = useState<Question>();
  const { problem, run } = useWork();
  const name = gatewayName(entry, t);
  const own = entry.id === OWN_GATEWAY;

  const ask = (next: Question) => () => {
    setQuestion(next);
  };
  const commands: MenuCommand[] = [
    { id: 'rename', label: t('gateways.rename'), icon: PencilLine, run: ask('rename') },
    { id: 'sign-in', label: t('gateways.signInAgain'), icon: KeyRound, run: ask('sign-in') },
    {
      id: 'duty',
      label: t(entry.onDuty ? 'gateways.putOffDuty' : 'gateways.putOnDuty'),
      icon: entry.onDuty ? PowerOff : Power,
      run: () => void run(() => done(bridge.setDuty(entry.id, !entry.onDuty))),
    },
    { id: 'forget', label: t('gateways.forget'), icon: Trash2, grave: true, run: ask('forget') },
  ];
  return (
    <li className={styles['row']}>
      <span className={styles['dot']} data-tone={TONES[entry.condition]} />
      <div className={styles['text']}>
        <p className={styles['name']} dir="auto">
          {name}
        </p>
        <p className={styles['facts']}>
          {[
            t(`gateways.condition.${entry.condition}`),
            entry.address,
            entry.secure ? t('gateways.tls') : undefined,
            entry.version,
            entry.waiting > 0 ? t('approvals.count', { count: entry.waiting }) : undefined,
            entry.unread > 0 ? t('inbox.unread', { count: entry.unread }) : undefined,
          ]
            .filter((fact) => fact !== undefined && fact !== '')
            .join(' · ')}
        </p>
        {own && entry.fingerprint !== undefined ? (
          <p className={styles['facts']}>
            {t('gateways.fingerprint')} <Fingerprint value={entry.fingerprint} />
          </p>
        ) : null}
        <Trouble entry={entry} name={name} />
        <Problem text={problem} />
      </div>
      <div className={styles['buttons']}>
        <Remedy
          entry={entry}
          bridge={bridge}
          onAsk={setQuestion}
          onDuty={() => void run(() => done(bridge.setDuty(entry.id, true)))}
        />
        {entry.id === shown ? (
          <span className={styles['facts']}>{t('gateways.shown')}</span>
        ) : entry.onDuty ? (
          <Button
            aria-label={t('gateways.openNamed', { name })}
            onClick={() => void run(() => done(bridge.select(entry.id)))}
          >
            {t('gateways.open')}
          </Button>
        ) : null}
        {own ? null : (
          <MenuButton
            label={t('gateways.actions')}
            name={t('gateways.actionsOf', { name })}
            commands={commands}
          />
        )}
      </div>
      {question === undefined ? null : (
        <GatewayQuestion
          question={question}
          entry={entry}
          bridge={bridge}
          secrets={secrets}
          onClose={() => {
            setQuestion(undefined);
          }}
        />
      )}
    </li>
  );
}

/** What is wrong, and what it means. */
function Trouble({ entry, name }: { readonly entry: GatewayEntry; readonly name: string }) {
  const { t } = useTranslation();
  const { condition, problem, requestId, lastConnectedMs, secret } = entry;
  switch (condition) {
    case 'connected':
      return secret === 'this-run' || secret === 'kept-weakly' ? (
        <p className={styles['facts']}>{t(`gateways.secret.${secret}`)}</p>
      ) : null;
    case 'off-duty':
      return <p className={styles['facts']}>{t('gateways.offDutyText')}</p>;
    case 'connecting':
      return null;
    case 'pairing':
      return (
        <p className={styles['attention']} role="status">
          {t('gateways.pairingText', { name })}
          {requestId === undefined ? null : (
            <code className={styles['code']}>clawtray devices approve {requestId.slice(0, 8)}</code>
          )}
        </p>
      );
    case 'not-approved':
      return <p className={styles['attention']}>{t('gateways.notApprovedText', { name })}</p>;
    case 'certificate-changed':
      return <p className={styles['problem']}>{t('gateways.certificateText')}</p>;
    case 'unreachable':
    case 'sign-in':
    case 'refused':
      return (
        <p className={styles['attention']}>
          <span dir="auto">{problem ?? t('gateways.secretMissing')}</span>
          {lastConnectedMs === undefined || condition !== 'unreachable' ? null : (
            <>
              {' '}
              {t('gateways.lastThere')} <RelativeTime at={lastConnectedMs} words={ago} />
            </>
          )}
        </p>
      );
  }
}

interface RemedyProps {
  readonly entry: GatewayEntry;
  readonly bridge: GatewaysBridge;
  readonly onAsk: (question: Question) => void;
  readonly onDuty: () => void;
}

/** The one thing that helps. */
function Remedy({ entry: { id, condition }, bridge, onAsk, onDuty }: RemedyProps) {
  const { t } = useTranslation();
  const ask = (question: Question) => () => {
    onAsk(question);
  };
  switch (condition) {
    case 'sign-in':
      return <Button onClick={ask('sign-in')}>{t('signIn.submit')}</Button>;
    case 'certificate-changed':
      return <Button onClick={ask('certificate')}>{t('gateways.compare')}</Button>;
    case 'unreachable':
    case 'not-approved':
    case 'refused':
      return id === OWN_GATEWAY ? null : (
        <Button onClick={() => void bridge.retry(id)}>
          {t(condition === 'not-approved' ? 'gateways.askAgain' : 'tryAgain')}
        </Button>
      );
    case 'off-duty':
      return <Button onClick={onDuty}>{t('gateways.putOnDuty')}</Button>;
    case 'pairing':
    case 'connecting':
    case 'connected':
      return null;
  }
}
