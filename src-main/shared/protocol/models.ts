// models.list: the models that can be chosen.

export interface ModelsListParams {
  readonly agentId?: string | undefined;
  readonly includeProviderCapabilities?: boolean | undefined;
  /** Only what is known already; no server is asked. */
  readonly preparedOnly?: boolean | undefined;
  /** Servers on this machine are asked again, at most every few seconds. */
  readonly refresh?: boolean | undefined;
  /** `configured` and `provider-config` leave out what was found on this machine. */
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
}

export interface ModelsListResult {
  readonly models: readonly ModelChoice[];
}
