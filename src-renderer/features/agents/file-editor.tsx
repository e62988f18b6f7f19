// One file of an agent, as text. Saved with the button or by key; nothing is saved by itself, and nothing that somebody else
// wrote meanwhile is overwritten unseen.

import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RequestError } from '../../../src-main/client/client-error.ts';
import { errorText } from '../../../src-main/shared/logger.ts';
import type { AgentFile } from '../../../src-main/shared/protocol/agents.ts';
import { useActions, useHost, useServes } from '../../app/client-context.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog, DialogButtons } from '../../components/dialog.tsx';
import { LoadedView } from '../../components/loaded-view.tsx';
import { useLoaded } from '../../components/use-loaded.ts';
import styles from './file-editor.module.css';

interface FileEditorProps {
  readonly agentId: string;
  readonly name: string;
  /** What it is, for screen readers, if its name says too little. */
  readonly label?: string;
  readonly placeholder?: string;
  /** The person wants to go somewhere else. */
  readonly leaving: boolean;
  readonly onDirty: (dirty: boolean) => void;
  readonly onStay: () => void;
  readonly onLeave: () => void;
  readonly onSaved: () => void;
}

export function FileEditor(props: FileEditorProps) {
  const { agentId, name } = props;
  const { agents } = useActions();
  const read = useCallback(() => agents.file(agentId, name), [agents, agentId, name]);
  const [loaded, reload] = useLoaded(read);
  return (
    <div className={styles['editor']}>
      <LoadedView loaded={loaded} onRetry={() => void reload()}>
        {(file) => <Text {...props} file={file} onReload={reload} />}
      </LoadedView>
    </div>
  );
}

interface TextProps extends FileEditorProps {
  readonly file: AgentFile;
  readonly onReload: () => Promise<void>;
}

type Told = { readonly kind: 'saved' | 'failed'; readonly text: string } | undefined;

function Text(props: TextProps) {
  const { agentId, name, label = name, placeholder, file, leaving } = props;
  const { onReload, onDirty, onStay, onLeave, onSaved } = props;
  const { t } = useTranslation();
  const { agents } = useActions();
  const { platform } = useHost();
  const canWrite = useServes('agents.files.set');
  const saved = file.content ?? '';
  const [text, setText] = useState(saved);
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState<Told>();
  /** Somebody else wrote it since it was read here. */
  const [conflict, setConflict] = useState(false);
  const dirty = text !== saved;
  useEffect(() => {
    onDirty(dirty);
  }, [dirty, onDirty]);

  async function save(over: AgentFile | undefined): Promise<boolean> {
    setBusy(true);
    try {
      await agents.saveFile(agentId, name, text, over);
      await onReload();
      setTold({ kind: 'saved', text: t('settings.saved') });
      onSaved();
      return true;
    } catch (error) {
      if (error instanceof RequestError && error.detailCode === 'FILE_CHANGED') setConflict(true);
      else setTold({ kind: 'failed', text: errorText(error) });
      return false;
    } finally {
      setBusy(false);
    }
  }

  async function takeTheirs(): Promise<void> {
    try {
      const { content = '' } = await agents.file(agentId, name);
      setText(content);
      await onReload();
    } catch (error) {
      setTold({ kind: 'failed', text: errorText(error) });
    }
  }

  return (
    <>
      <textarea
        className={styles['text']}
        aria-label={label}
        dir="auto"
        spellCheck
        readOnly={!canWrite}
        placeholder={placeholder}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setTold(undefined);
        }}
        onKeyDown={(event) => {
          const mod = platform === 'darwin' ? event.metaKey : event.ctrlKey;
          if (!mod || event.key.toLowerCase() !== 's') return;
          event.preventDefault();
          if (dirty && !busy) void save(file);
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
        <Button look="primary" disabled={!dirty || busy} onClick={() => void save(file)}>
          {t('save')}
        </Button>
      </div>
      {conflict ? (
        <Conflict
          name={name}
          onStay={() => {
            setConflict(false);
          }}
          onTheirs={() => {
            setConflict(false);
            void takeTheirs();
          }}
          onMine={() => {
            setConflict(false);
            void save(undefined);
          }}
        />
      ) : null}
      {leaving && !conflict ? (
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
              onClick={() => void save(file).then((done) => (done ? onLeave() : onStay()))}
            >
              {t('save')}
            </Button>
          </DialogButtons>
        </Dialog>
      ) : null}
    </>
  );
}

interface ConflictProps {
  readonly name: string;
  readonly onStay: () => void;
  readonly onTheirs: () => void;
  readonly onMine: () => void;
}

function Conflict({ name, onStay, onTheirs, onMine }: ConflictProps) {
  const { t } = useTranslation();
  return (
    <Dialog wide title={t('agents.conflict', { name })} text={t('agents.conflictText')} onClose={onStay}>
      <DialogButtons>
        <Button data-autofocus onClick={onStay}>
          {t('settings.stay')}
        </Button>
        <Button look="danger" onClick={onTheirs}>
          {t('agents.takeTheirs')}
        </Button>
        <Button look="danger" onClick={onMine}>
          {t('agents.keepMine')}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
