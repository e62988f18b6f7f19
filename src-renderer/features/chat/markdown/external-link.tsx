// A link in an answer. Words can promise anything, so the address is shown before it is opened.

import { Popover } from 'radix-ui';
import { useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useHost } from '../../../app/client-context.tsx';
import { Button } from '../../../components/button.tsx';
import { CopyButton } from '../../../components/copy-button.tsx';
import { linkTarget } from './link-target.ts';
import styles from './external-link.module.css';

interface ExternalLinkProps {
  readonly address: string;
  readonly children: ReactNode;
}

export function ExternalLink({ address, children }: ExternalLinkProps) {
  const { t } = useTranslation();
  const host = useHost();
  const [open, setOpen] = useState(false);
  const [refused, setRefused] = useState(false);
  const target = linkTarget(address);
  if (target === undefined) return <>{children}</>;

  const openOutside = (): void => {
    void host.openExternal(target.href).then((opened) => {
      setRefused(!opened);
      if (opened) setOpen(false);
    });
  };
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        setRefused(false);
      }}
    >
      <Popover.Trigger asChild>
        {/* Without href there is nothing that a stray click could follow. */}
        <a role="link" tabIndex={0} title={target.href} className={styles['link']} onKeyDown={clickWithEnter}>
          {children}
        </a>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={styles['sheet']}
          sideOffset={4}
          collisionPadding={8}
          aria-label={t('link.title')}
          onOpenAutoFocus={focusItself}
        >
          <p className={styles['host']}>{target.host}</p>
          <p className={styles['address']}>{target.href}</p>
          {refused ? <p role="alert">{t('link.refused')}</p> : null}
          <div className={styles['actions']}>
            <Button look="primary" onClick={openOutside}>
              {t(target.mail ? 'link.write' : 'link.open')}
            </Button>
            <CopyButton text={target.href} label={t('link.copy')} withWords />
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function clickWithEnter(event: KeyboardEvent<HTMLAnchorElement>): void {
  if (event.key !== 'Enter') return;
  // Or the rest of this key press would arrive at what opens.
  event.preventDefault();
  event.currentTarget.click();
}

/** Not its button: a key that is held down must not answer the question. */
function focusItself(event: Event): void {
  event.preventDefault();
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
}
