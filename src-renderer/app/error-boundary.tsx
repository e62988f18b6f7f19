// What is shown when drawing itself failed. Uses nothing that could fail with it.

import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/button.tsx';
import { EmptyState } from '../components/empty-state.tsx';

interface ErrorBoundaryProps {
  readonly copyText: (text: string) => Promise<boolean>;
  readonly children: ReactNode;
}

interface ErrorBoundaryState {
  readonly error: Error | undefined;
}

export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { error: undefined };

  static getDerivedStateFromError(error: unknown): ErrorBoundaryState {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return <Fault error={error} copyText={this.props.copyText} />;
  }
}

function Fault({ error, copyText }: Pick<ErrorBoundaryProps, 'copyText'> & { readonly error: Error }) {
  const { t } = useTranslation();
  return (
    <main role="alert" className="page">
      <EmptyState title={t('fault.title')} text={t('fault.text')}>
        <Button
          look="primary"
          onClick={() => {
            window.location.reload();
          }}
        >
          {t('fault.reload')}
        </Button>
        <Button onClick={() => void copyText(error.stack ?? error.message)}>{t('copy.details')}</Button>
      </EmptyState>
    </main>
  );
}
