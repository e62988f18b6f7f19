// One file of an agent, as text. Saved with the button or by key; nothing is saved by itself.

import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '../../../../src-main/shared/logger.ts';
import { useActions, useHost, useServes } from '../../../app/client-context.tsx';
import { Button } from '../../../components/button.tsx';
import { Dialog, DialogButtons } from '../../../components/dialog.tsx';
import { LoadedView } from '../../../components/loaded-view.tsx';
import { useLoaded } from '../../../components/use-loaded.ts';
import styles from './file-editor.module.css';

interface FileEditorProps {
  readonly agentId: string;
  readonly name: string;
  /** The person wants to go somewhere else. */
  readonly leaving: boolean;
  readonly onDirty: (dirty: boolean) => void;
  readonly onStay: () => void;
  readonly onLeave: () => void;
  readonly onSaved: () => void;
}

export function FileEditor(props: FileEditorProps) {
  const { agentId, name } = props;
  const { settings } = useActions();
  const read = useCallback(async () => {
    const { file } = await settings.agentFile(agentId, name);
    return file.content ?? '';
  }, [settings, agentId, name]);
  const [loaded, reload] = useLoaded(read);
  return (
    <div className={styles['editor']}>
      <LoadedView loaded={loaded} onRetry={() => void reload()}>
        {(saved) => <Text {...props} saved={saved} onReload={reload} />}
      </LoadedView>
    </div>
  );
}

interface TextProps extends FileEditorProps {
  readonly saved: string;
  readonly onReload: () => Promise<void>;
}

function Text({ agentId, name, saved, leaving, onReload, onDirty, onStay, onLeave, onSaved }: TextProps) {
  const { t } = useTranslation();
  const { settings } = useActions();
  const { platform } = useHost();
  const canWrite = useServes('agents.files.set');
  const [text, setText] = useState(saved);
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState<{ readonly kind: 'saved' | 'failed'; readonly text: string }>();
  const dirty = text !== saved;
  useEffect(() => {
    onDirty(dirty);
  }, [dirty, onDirty]);

  async function save(): Promise<boolean> {
    setBusy(true);
    try {
      await settings.saveAgentFile(agentId, name, text);
      await onReload();
      setTold({ kind: 'saved', text: t('settings.saved') });
      onSaved();
      return true;
    } catch (error) {
      setTold({ kind: 'failed', text: errorText(error) });
      return false;
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <textarea
        className={styles['text']}
        aria-label={name}
        dir="auto"
        spellCheck
        readOnly={!canWrite}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setTold(undefined);
        }}
        onKeyDown={(event) => {
          const mod = platform === 'darwin' ? event.metaKey : event.ctrlKey;
          if (!mod || event.key.toLowerCase() !== 's') return;
          event.preventDefault();
          if (dirty && !busy) void save();
        }}
      />
      <div className={styles['foot']}>
        <span role="status" className={styles['told']} data-kind={told?.kind} dir="auto">
          {told?.text ?? (dirty ? t('settings.unsaved') : '')}
        </span>
        <Button
          disabled={!dirty || busy}
          onClick={() => {
            setText(saved);
          }}
        >
          {t('settings.revert')}
        </Button>
        <Button look="primary" disabled={!dirty || busy} onClick={() => void save()}>
          {t('save')}
        </Button>
      </div>
      {leaving ? (
        <Dialog title={t('settings.leaveQuestion', { name })} text={t('settings.leaveText')} onClose={onStay}>
          <DialogButtons>
            <Button data-autofocus onClick={onStay}>
              {t('settings.stay')}
            </Button>
            <Button look="danger" onClick={onLeave}>
              {t('settings.discard')}
            </Button>
            <Button
              look="primary"
              disabled={busy}
              onClick={() => void save().then((done) => (done ? onLeave() : onStay()))}
            >
              {t('save')}
            </Button>
          </DialogButtons>
        </Dialog>
      ) : null}
    </>
  );
}
