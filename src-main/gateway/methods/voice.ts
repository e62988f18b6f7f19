// voicewake.* and talk.mode.

import * as z from 'zod/mini';
import type { VoiceService } from '../voice/voice-service.ts';
import { defineMethod, type Method } from './method.ts';

const MAX_TRIGGERS = 32;
const MAX_TRIGGER = 64;

export function voiceMethods(voice: VoiceService): readonly Method[] {
  return [
    defineMethod({
      name: 'voicewake.get',
      scope: 'operator.read',
      params: z.strictObject({}),
      handle: () => ({ triggers: voice.triggers() }),
    }),
    defineMethod({
      name: 'voicewake.set',
      scope: 'operator.write',
      params: z.strictObject({
        triggers: z.array(z.string().check(z.maxLength(MAX_TRIGGER))).check(z.maxLength(MAX_TRIGGERS)),
      }),
      handle: async ({ triggers }) => ({ triggers: await voice.setTriggers(triggers) }),
    }),
    defineMethod({
      name: 'talk.mode',
      scope: 'operator.talk',
      params: z.strictObject({
        enabled: z.boolean(),
        phase: z.exactOptional(z.string().check(z.maxLength(64))),
      }),
      handle: ({ enabled, phase }) => voice.setTalkMode(enabled, phase),
    }),
  ];
}
