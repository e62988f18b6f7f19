// models.list: the models that can be chosen.

export interface ModelsListParams {
  readonly agentId?: string | undefined;
  readonly includeProviderCapabilities?: boolean | undefined;
  /** Only what is known already; no server is asked. */
  readonly preparedOnly?: boolean | undefined;
  /** Servers and providers are asked again, at most every few seconds. */
  readonly refresh?: boolean | undefined;
  /**
   * `configured` and `provider-config` ask nobody. Otherwise what was found on this machine is there too, and the models of
   * providers whose models the configuration does not describe; with `all` those of every provider.
   */
  readonly view?: 'default' | 'configured' | 'provider-config' | 'all' | undefined;
}

/** `provider/id` is what `agents.defaults.model` and a request's `model` call it. */
export interface ModelChoice {
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly provider: string;
  /** Left out where only a request would tell. */
  readonly available?: boolean;
  /** Its provider refused the key. */
  readonly unavailableReason?: 'auth-failed' | 'cooldown';
  /** Until then it is left in peace, ms since the epoch. */
  readonly unavailableUntil?: number;
  /** Tokens of the longest conversation, where that is known, like what follows. */
  readonly contextWindow?: number;
  /** It thinks before it answers. */
  readonly reasoning?: boolean;
  readonly supportsTools?: boolean;
  /** What it can be given. */
  readonly input?: readonly ('text' | 'image' | 'audio' | 'video' | 'document')[];
}

export interface ModelsListResult {
  readonly models: readonly ModelChoice[];
  /** Providers that were asked, and how that ended. */
  readonly providerOutcomes?: readonly {
    readonly provider: string;
    readonly status: 'ready' | 'auth-rejected' | 'unavailable';
  }[];
}
