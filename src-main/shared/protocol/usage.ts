// usage.*, sessions.usage*: what models were asked for, in tokens as their providers counted them, and in US dollars.

/** Sums over calls. What no provider reported is in none of them; `missing…` says how much that is. */
export interface UsageTotals {
  /** Tokens of prompts that came from no cache. */
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** As the providers counted; the parts above may be fewer. */
  readonly totalTokens: number;
  /** US dollars, like all costs. Less than was spent when `missingCostEntries` is not 0. */
  readonly totalCost: number;
  readonly inputCost: number;
  readonly outputCost: number;
  readonly cacheReadCost: number;
  readonly cacheWriteCost: number;
  /** Calls of which the cost is not known: the model has no price here, or its provider reported no tokens. */
  readonly missingCostEntries: number;
  /** Those among them whose provider reported no tokens, for example because the answer was stopped. */
  readonly missingUsageEntries: number;
}

export interface UsageOfModel {
  readonly provider: string;
  /** Left out where all models of the provider are meant. */
  readonly model?: string;
  /** Calls. */
  readonly count: number;
  readonly totals: UsageTotals;
}

/** Which days, and where a day begins. Without any of it the last 30 days in UTC. */
export interface UsageRangeParams {
  /** `YYYY-MM-DD`, the first day. */
  readonly startDate?: string | undefined;
  /** `YYYY-MM-DD`, the last day; today if left out. */
  readonly endDate?: string | undefined;
  /** Days begin in UTC, where the gateway is, or as `timeZone` or `utcOffset` say. */
  readonly mode?: 'utc' | 'gateway' | 'specific' | undefined;
  /** IANA name. */
  readonly timeZone?: string | undefined;
  /** `UTC+5:30`; what older clients send. */
  readonly utcOffset?: string | undefined;
  readonly agentId?: string | undefined;
  /** All agents, which is also meant when no agent is named. */
  readonly agentScope?: 'all' | undefined;
}

export interface UsageCostParams extends UsageRangeParams {
  /** The last so many days, today included. */
  readonly days?: number | undefined;
}

export interface UsageCostResult {
  readonly updatedAt: number;
  readonly days: number;
  readonly startDate: string;
  readonly endDate: string;
  /** Days on which a model was asked, oldest first. */
  readonly daily: readonly (UsageTotals & { readonly date: string })[];
  readonly totals: UsageTotals;
  /** The most expensive first, then the most used. */
  readonly byModel: readonly UsageOfModel[];
}

export interface UsageWindow {
  readonly label: string;
  /** 0 to 100. */
  readonly usedPercent: number;
  /** Milliseconds since the epoch. */
  readonly resetAt?: number;
}

export interface UsageStatusResult {
  readonly updatedAt: number;
  readonly providers: readonly {
    readonly provider: string;
    readonly displayName: string;
    /** What the provider's last answer said about its limits; empty when it said nothing. */
    readonly windows: readonly UsageWindow[];
  }[];
}

export interface SessionsUsageParams extends UsageRangeParams {
  /** Only this session. */
  readonly key?: string | undefined;
  readonly range?: '7d' | '30d' | '90d' | '1y' | 'all' | undefined;
  /** `family`: a session together with its conversations before it was reset; `instance`: each for itself. */
  readonly groupBy?: 'instance' | 'family' | undefined;
  /** What older clients send for `family`. */
  readonly includeHistorical?: boolean | undefined;
  /** Sessions, 50 if left out; the sums are of all of them. */
  readonly limit?: number | undefined;
  readonly includeContextWeight?: boolean | undefined;
}

export interface MessageCounts {
  readonly total: number;
  readonly user: number;
  readonly assistant: number;
  readonly toolCalls: number;
  readonly toolResults: number;
  /** Turns that failed. */
  readonly errors: number;
}

export interface ToolUsage {
  readonly totalCalls: number;
  readonly uniqueTools: number;
  readonly tools: readonly { readonly name: string; readonly count: number }[];
}

export interface SessionCosts extends UsageTotals {
  readonly sessionId: string;
  readonly firstActivity: number;
  readonly lastActivity: number;
  readonly durationMs: number;
  readonly activityDates: readonly string[];
  readonly dailyBreakdown: readonly {
    readonly date: string;
    readonly tokens: number;
    readonly cost: number;
  }[];
  readonly messageCounts: MessageCounts;
  readonly toolUsage: ToolUsage;
  readonly modelUsage: readonly UsageOfModel[];
}

export interface SessionUsageEntry {
  readonly key: string;
  readonly label?: string;
  readonly sessionId: string;
  readonly scope: 'instance' | 'family';
  /** Of a family: all its conversations. */
  readonly includedSessionIds?: readonly string[];
  readonly updatedAt: number;
  readonly agentId: string;
  /** Of its last call. */
  readonly modelProvider?: string;
  readonly model?: string;
  readonly usage: SessionCosts;
  /** Nobody weighs the parts of prompts. */
  readonly contextWeight?: null;
}

export interface SessionsUsageResult {
  readonly updatedAt: number;
  readonly startDate: string;
  readonly endDate: string;
  /** The one that was used last first. */
  readonly sessions: readonly SessionUsageEntry[];
  readonly totals: UsageTotals;
  readonly aggregates: {
    readonly messages: MessageCounts;
    readonly tools: ToolUsage;
    readonly byModel: readonly UsageOfModel[];
    readonly byProvider: readonly UsageOfModel[];
    readonly byAgent: readonly { readonly agentId: string; readonly totals: UsageTotals }[];
    /** There are no messaging channels. */
    readonly byChannel: readonly never[];
    readonly modelDaily: readonly {
      readonly date: string;
      readonly provider: string;
      readonly model: string;
      readonly tokens: number;
      readonly cost: number;
      readonly count: number;
    }[];
    readonly daily: readonly {
      readonly date: string;
      readonly tokens: number;
      readonly cost: number;
      readonly messages: number;
      readonly toolCalls: number;
      readonly errors: number;
    }[];
  };
  readonly overview: {
    readonly matchedSessions: number;
    readonly returnedSessions: number;
    readonly durationCount: number;
    readonly durationSumMs: number;
  };
}

export interface UsagePoint {
  readonly timestamp: number;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly totalTokens: number;
  readonly cost: number;
  readonly cumulativeTokens: number;
  readonly cumulativeCost: number;
}

/** At most 200 points, oldest first; neighbouring calls share one when there are more. */
export interface UsageTimeseriesResult {
  readonly sessionId: string;
  readonly points: readonly UsagePoint[];
}

export interface UsageLogsResult {
  /** Oldest first. */
  readonly logs: readonly {
    readonly timestamp: number;
    readonly role: 'user' | 'assistant' | 'tool' | 'toolResult';
    readonly content: string;
    readonly tokens?: number;
    readonly cost?: number;
  }[];
}
