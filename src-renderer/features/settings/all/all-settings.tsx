// Every setting of the gateway that has a name and a simple value, with a search. What is more than that is changed in its
// file, which is named.

import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActions } from '../../../app/client-context.tsx';
import { CopyButton } from '../../../components/copy-button.tsx';
import { LoadedView } from '../../../components/loaded-view.tsx';
import { Problem } from '../../../components/problem.tsx';
import { SearchField } from '../../../components/search-field.tsx';
import { useLoaded } from '../../../components/use-loaded.ts';
import { valueAt } from '../config-store.ts';
import { SettingGroup } from '../setting-group.tsx';
import styles from './all-settings.module.css';
import { configEntries, matching, type ConfigEntry } from './config-entries.ts';
import { EntryEditor } from './entry-editor.tsx';

export function AllSettings() {
  const { t } = useTranslation();
  const { settings } = useActions();
  const [words, setWords] = useState('');
  const read = useCallback(async () => {
    const [schema, current] = await Promise.all([settings.configSchema(), settings.config.get()]);
    return { entries: configEntries(schema), current };
  }, [settings]);
  const [loaded, reload] = useLoaded(read);
  return (
    <>
      <div className={styles['search']}>
        <SearchField label={t('settings.search')} value={words} onValue={setWords} />
      </div>
      <LoadedView loaded={loaded} onRetry={() => void reload()}>
        {({ entries, current }) => {
          const found = matching(entries, words);
          return (
            <>
              {current.issues.map(({ path, message }) => (
                <Problem key={`${path} ${message}`} text={path === '' ? message : `${path}: ${message}`} />
              ))}
              {found.length === 0 ? <p role="status">{t('settings.nothingFound')}</p> : null}
              {groupsOf(found).map(([group, members]) => (
                <SettingGroup key={group} title={group === '' ? t('settings.other') : group}>
                  {members.map((entry) => (
                    <EntryEditor
                      key={entry.path.join('.')}
                      entry={entry}
                      value={valueAt(current.config, entry.path)}
                      onChanged={() => void reload()}
                    />
                  ))}
                </SettingGroup>
              ))}
              <div className={styles['file']}>
                <span>{t('settings.inFile')}</span>
                <code className={styles['path']}>{current.path}</code>
                <CopyButton text={current.path} label={t('gateway.copyPath')} />
              </div>
            </>
          );
        }}
      </LoadedView>
    </>
  );
}

function groupsOf(entries: readonly ConfigEntry[]): readonly (readonly [string, readonly ConfigEntry[]])[] {
  const groups = new Map<string, ConfigEntry[]>();
  for (const entry of entries) groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  return [...groups];
}
