// Copies a text and says for a moment that it did.

import { Check, Copy, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useHost } from '../app/client-context.tsx';
import { Button } from './button.tsx';
import { IconButton } from './icon-button.tsx';

const SHOWN_FOR = 1_600;

interface CopyButtonProps {
  readonly text: string;
  /** What is copied: "Copy message". */
  readonly label: string;
  readonly withWords?: boolean;
  readonly className?: string | undefined;
}

export function CopyButton({ text, label, withWords = false, className }: CopyButtonProps) {
  const { t } = useTranslation();
  const host = useHost();
  const [outcome, setOutcome] = useState<'copied' | 'failed' | undefined>(undefined);

  useEffect(() => {
    if (outcome === undefined) return;
    const timer = window.setTimeout(() => {
      setOutcome(undefined);
    }, SHOWN_FOR);
    return () => {
      window.clearTimeout(timer);
    };
  }, [outcome]);

  const copy = (): void => {
    void host.copyText(text).then((done) => {
      setOutcome(done ? 'copied' : 'failed');
    });
  };
  const icon = outcome === undefined ? Copy : outcome === 'copied' ? Check : X;
  const shown = outcome === undefined ? label : t(outcome === 'copied' ? 'copy.done' : 'copy.failed');

  if (withWords) {
    return (
      <Button icon={icon} onClick={copy} className={className}>
        {shown}
      </Button>
    );
  }
  return <IconButton icon={icon} label={shown} onClick={copy} className={className} />;
}
