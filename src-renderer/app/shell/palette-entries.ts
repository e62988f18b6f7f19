// What the palette offers for a few letters: actions, sessions and automations of that name, then sessions in which it
// was said, also those that the sidebar has not read.

import {
  Bell,
  CalendarClock,
  HeartPulse,
  Inbox,
  MessageSquare,
  Phone,
  Plus,
  Server,
  Settings,
  Timer,
  type LucideIcon,
} from 'lucide-react';
import type { TFunction } from 'i18next';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CronJob } from '../../../src-main/shared/protocol/cron.ts';
import type { SessionRow } from '../../../src-main/shared/protocol/sessions.ts';
import { kindOfSession, titleOfSession } from '../../features/sessions/session-name.ts';
import { SECTION_FACTS, SECTIONS } from '../../features/settings/settings-sections.ts';
import type { Host } from '../../host/host.ts';
import type { Actions } from '../client.ts';
import { useActions, useCron, useHost, useSessions } from '../client-context.tsx';
import { SHORTCUTS } from './use-shortcuts.ts';

export interface PaletteEntry {
  readonly id: string;
  readonly icon: LucideIcon;
  readonly label: string;
  readonly kind: string;
  readonly shortcut?: string;
  readonly run: () => void;
}

const MOST_SHOWN = 30;
const SEARCH_AFTER = 150;
/** Fewer letters are in every other message. */
const LONG_ENOUGH = 3;
const SESSION_ICONS = { chat: MessageSquare, call: Phone, automation: Timer } as const;

export function usePaletteEntries(query: string): readonly PaletteEntry[] {
  const { t } = useTranslation();
  const actions = useActions();
  const host = useHost();
  const rows = useSessions((state) => state.rows);
  const more = useSessions((state) => state.nextOffset !== null);
  const jobs = useCron((state) => state.jobs);
  const words = query.trim().toLocaleLowerCase();
  const found = useSearch(more ? words : '', actions);

  const named = rows.filter((row) => matches(titleOfSession(row, t), words));
  const shown = new Set(named.map(({ key }) => key));
  const mentioned =
    words.length < LONG_ENOUGH ? [] : rows.filter((row) => matches(row.lastMessagePreview ?? '', words));
  return [
    ...actionEntries(actions, host, t).filter((entry) => matches(entry.label, words)),
    ...named.map((row) => sessionEntry(row, actions, t)),
    ...jobs.filter((job) => matches(job.name, words)).map((job) => jobEntry(job, actions, t)),
    ...sectionEntries(actions, t).filter((entry) => matches(entry.label, words)),
    ...withoutRepeats([...mentioned, ...found], shown).map((row) => sessionEntry(row, actions, t)),
  ].slice(0, MOST_SHOWN);
}

function withoutRepeats(rows: readonly SessionRow[], shown: ReadonlySet<string>): readonly SessionRow[] {
  const left = new Map(rows.map((row) => [row.key, row]));
  return [...left.values()].filter(({ key }) => !shown.has(key));
}

/** Every word somewhere in the text. */
function matches(text: string, words: string): boolean {
  const written = text.toLocaleLowerCase();
  return words.split(/\s+/).every((word) => written.includes(word));
}

/** Sessions that only the gateway knows; asked when the writing pauses. */
function useSearch(words: string, actions: Actions): readonly SessionRow[] {
  const [found, setFound] = useState<{ readonly words: string; readonly rows: readonly SessionRow[] }>();
  useEffect(() => {
    if (words === '') return;
    let current = true;
    const timer = window.setTimeout(() => {
      void actions.sessions.search(words).then((rows) => {
        if (current) setFound({ words, rows });
      });
    }, SEARCH_AFTER);
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [words, actions]);
  return found?.words === words ? found.rows : [];
}

function actionEntries(actions: Actions, host: Host, t: TFunction): readonly PaletteEntry[] {
  const kind = t('palette.action');
  return [
    {
      id: 'new-chat',
      icon: Plus,
      label: t('nav.newChat'),
      kind,
      shortcut: SHORTCUTS.newChat,
      run: () => {
        actions.newChat();
      },
    },
    {
      id: 'approvals',
      icon: Bell,
      label: t('nav.approvals'),
      kind,
      run: () => {
        actions.show({ name: 'approvals' });
      },
    },
    {
      id: 'inbox',
      icon: Inbox,
      label: t('nav.inbox'),
      kind,
      shortcut: SHORTCUTS.inbox,
      run: () => {
        actions.show({ name: 'inbox' });
      },
    },
    {
      id: 'automations',
      icon: CalendarClock,
      label: t('nav.automations'),
      kind,
      shortcut: SHORTCUTS.automations,
      run: () => {
        actions.show({ name: 'automations' });
      },
    },
    {
      id: 'heartbeat',
      icon: HeartPulse,
      label: t('nav.heartbeat'),
      kind,
      shortcut: SHORTCUTS.heartbeat,
      run: () => {
        actions.show({ name: 'heartbeat' });
      },
    },
    {
      id: 'settings',
      icon: Settings,
      label: t('nav.settings'),
      kind,
      shortcut: SHORTCUTS.settings,
      run: () => {
        actions.show({ name: 'settings' });
      },
    },
    ...(host.gateways === undefined
      ? []
      : [
          {
            id: 'gateways',
            icon: Server,
            label: t('nav.gateways'),
            kind,
            run: () => {
              actions.show({ name: 'gateways' });
            },
          },
        ]),
  ];
}

/** Below chats and automations: the person's own things come first. */
function sectionEntries(actions: Actions, t: TFunction): readonly PaletteEntry[] {
  return SECTIONS.map((section) => ({
    id: `settings:${section}`,
    icon: SECTION_FACTS[section].icon,
    label: t(`settings.section.${section}`),
    kind: t('nav.settings'),
    run: () => {
      actions.show({ name: 'settings', section });
    },
  }));
}

function sessionEntry(row: SessionRow, actions: Actions, t: TFunction): PaletteEntry {
  const kind = kindOfSession(row.key);
  return {
    id: `session:${row.key}`,
    icon: SESSION_ICONS[kind],
    label: titleOfSession(row, t),
    kind: t(`sessions.kind.${kind}`),
    run: () => {
      actions.show({ name: 'chat', sessionKey: row.key });
    },
  };
}

function jobEntry(job: CronJob, actions: Actions, t: TFunction): PaletteEntry {
  return {
    id: `job:${job.id}`,
    icon: CalendarClock,
    label: job.name,
    kind: t('automations.one'),
    run: () => {
      actions.show({ name: 'automations' });
    },
  };
}
