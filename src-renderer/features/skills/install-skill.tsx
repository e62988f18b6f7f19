// Installs a skill in two steps: what the package contains is shown first, and exactly that is installed. Nothing of it is
// run by installing it.

import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { SkillPreview } from '../../../src-main/shared/protocol/skills.ts';
import { useActions } from '../../app/client-context.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog, DialogButtons } from '../../components/dialog.tsx';
import { TextField } from '../../components/field.tsx';
import { Problem } from '../../components/problem.tsx';
import { useWork } from '../../components/use-work.ts';
import { missingInWords } from './skill-words.ts';
import styles from './skills-settings.module.css';

export function InstallSkill({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { skills } = useActions();
  const [origin, setOrigin] = useState('');
  const [preview, setPreview] = useState<SkillPreview>();
  const { busy, problem, run, forget } = useWork();
  const submit = (): void => {
    if (preview === undefined)
      void run(async () => {
        setPreview(await skills.preview(origin.trim()));
      });
    else void run(() => skills.install(preview)).then((done) => (done ? onClose() : undefined));
  };
  return (
    <Dialog wide title={t('skills.install')} text={t('skills.installText')} onClose={onClose}>
      <form
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          if (!busy && origin.trim() !== '') submit();
        }}
      >
        <TextField
          data-autofocus
          label={t('skills.origin')}
          help={t('skills.originHelp')}
          spellCheck={false}
          value={origin}
          onValue={(value) => {
            setOrigin(value);
            setPreview(undefined);
            forget();
          }}
        />
        {preview === undefined ? null : <Preview preview={preview} />}
        <Problem text={problem} />
        <DialogButtons>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button look="primary" submits disabled={busy || origin.trim() === ''}>
            {t(
              preview === undefined
                ? 'skills.look'
                : preview.replaces
                  ? 'skills.replace'
                  : 'skills.doInstall',
            )}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}

function Preview({ preview }: { readonly preview: SkillPreview }) {
  const { t } = useTranslation();
  const { slug, description, sha256, fileCount, totalBytes, files, missing, warnings, replaces } = preview;
  const notes = [...(replaces ? [t('skills.replaces')] : []), ...warnings, ...missingInWords(missing, t)];
  return (
    <div className={styles['preview']} role="status">
      <p className={styles['name']}>{slug}</p>
      <p className={styles['about']} dir="auto">
        {description}
      </p>
      {notes.map((note) => (
        <p key={note} className={styles['warning']} dir="auto">
          {note}
        </p>
      ))}
      <ul className={styles['files']} aria-label={t('settings.files')} tabIndex={0}>
        {files.map(({ path, size, executable }) => (
          <li key={path}>
            <span>{path}</span>
            <span className={styles['size']}>
              {executable ? `${t('skills.executable')} · ` : ''}
              {t('skills.bytes', { count: size })}
            </span>
          </li>
        ))}
      </ul>
      <p className={styles['about']}>{t('skills.sum', { count: fileCount, bytes: totalBytes })}</p>
      <p className={styles['hash']}>SHA-256 {sha256}</p>
    </div>
  );
}
