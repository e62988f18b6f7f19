// Voice: wake words and talk mode, as OpenClaw's clients share them.

export interface VoiceWakeResult {
  readonly triggers: readonly string[];
}

export interface TalkMode {
  readonly enabled: boolean;
  /** What the client is doing, in its own words. */
  readonly phase: string | null;
  readonly ts: number;
}
