// Tools as programs see them.

export type ToolProfile = 'minimal' | 'coding' | 'messaging' | 'full';

export interface ToolCatalogEntry {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly source: 'core' | 'plugin';
  /** `mcp:<server>` for the tools of an MCP server. */
  readonly pluginId?: string;
  readonly risk: 'low' | 'medium' | 'high';
  readonly defaultProfiles: readonly ToolProfile[];
}

export interface ToolCatalogGroup {
  readonly id: string;
  readonly label: string;
  readonly source: 'core' | 'plugin';
  readonly pluginId?: string;
  readonly tools: readonly ToolCatalogEntry[];
}

export interface ToolsCatalogResult {
  readonly agentId: string;
  readonly profiles: readonly { readonly id: ToolProfile; readonly label: string }[];
  readonly groups: readonly ToolCatalogGroup[];
}

export interface ToolsInvokeParams {
  readonly name: string;
  readonly args?: Readonly<Record<string, unknown>> | undefined;
  readonly sessionKey?: string | undefined;
  readonly agentId?: string | undefined;
  readonly confirm?: boolean | undefined;
  /** The same key does it once. */
  readonly idempotencyKey?: string | undefined;
  readonly conversationReadOrigin?: 'direct-operator' | undefined;
}

/** A tool that fails is an answer, not an error of the request. */
export interface ToolsInvokeResult {
  readonly ok: boolean;
  readonly toolName: string;
  readonly source?: 'core' | 'mcp';
  readonly output?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
}
