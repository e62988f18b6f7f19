// What voice clients share through the gateway: the words that wake them, which are kept, and whether one of them is in
// talk mode, which lasts as long as the gateway runs. Listens to nobody itself.

import * as z from 'zod/mini';
import type { TalkMode } from '../../shared/protocol/voice.ts';
import type { EventBus } from '../event-bus.ts';
import type { Store } from '../store/open-store.ts';
import type { SettingsRepository } from '../store/repositories/settings.ts';

export interface VoiceService {
  triggers(): readonly string[];
  /** Keeps the words and tells every client. An empty list means the defaults again (OpenClaw's rule). */
  setTriggers(triggers: readonly string[]): Promise<readonly string[]>;
  setTalkMode(enabled: boolean, phase: string | undefined): TalkMode;
}

/** OpenClaw's own. */
const DEFAULT_TRIGGERS = ['openclaw', 'claude', 'computer'] as const;
const SETTING = 'voicewake.triggers';
const stored = z.array(z.string());

export function createVoiceService(deps: {
  readonly store: Store;
  readonly settings: SettingsRepository;
  readonly bus: EventBus;
  readonly now: () => number;
}): VoiceService {
  const { store, settings, bus, now } = deps;

  function triggers(): readonly string[] {
    const kept = stored.safeParse(settings.get(SETTING));
    return kept.success && kept.data.length > 0 ? kept.data : DEFAULT_TRIGGERS;
  }

  return {
    triggers,
    setTriggers: async (words) => {
      const tidy = [...new Set(words.map((word) => word.trim()).filter((word) => word !== ''))];
      await store.write(() => {
        settings.set(SETTING, tidy, now());
      });
      const effective = triggers();
      bus.publish('voicewake.changed', { triggers: effective });
      return effective;
    },
    setTalkMode: (enabled, phase) => {
      const mode: TalkMode = { enabled, phase: phase ?? null, ts: now() };
      bus.publish('talk.mode', mode);
      return mode;
    },
  };
}
