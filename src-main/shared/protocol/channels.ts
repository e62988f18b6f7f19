// channels.status: messaging services (Telegram, Signal and the like) that a gateway is connected with. This one has none.

type None = Readonly<Record<string, never>>;

export interface ChannelsStatusParams {
  readonly probe?: boolean | undefined;
  readonly timeoutMs?: number | undefined;
  /** Only this one. */
  readonly channel?: string | undefined;
}

export interface ChannelsStatusResult {
  /** Milliseconds since 1970. */
  readonly ts: number;
  readonly channelOrder: readonly never[];
  readonly channelLabels: None;
  readonly channels: None;
  readonly channelAccounts: None;
  readonly channelDefaultAccountId: None;
}
