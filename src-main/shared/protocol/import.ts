// Taking over what an OpenClaw home holds. Clawtray's own; OpenClaw's clients ignore it.

export interface ImportParams {
  /** The home's folder, absolute; the state folder (`~/.openclaw`) if left out. */
  readonly from?: string | undefined;
  /** Says what would be taken and changes nothing. */
  readonly dryRun?: boolean | undefined;
}

/** Something that was not taken, and why. */
export interface ImportSkipped {
  readonly what: string;
  readonly reason: string;
}

export interface ImportResult {
  readonly from: string;
  readonly dryRun: boolean;
  readonly sessions: {
    /** Conversations of which something was new. */
    readonly taken: number;
    /** Conversations that were there already, with all that was said. */
    readonly already: number;
    readonly messages: number;
  };
  readonly jobs: { readonly taken: number; readonly already: number };
  /** Rules about commands that run without a question. */
  readonly rules: { readonly taken: number; readonly already: number };
  /** At most 200; `skippedMore` counts the rest. */
  readonly skipped: readonly ImportSkipped[];
  readonly skippedMore: number;
  /** What the person should know, one sentence each. */
  readonly notes: readonly string[];
}
