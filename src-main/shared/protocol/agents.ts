// agents.*: the agents, and the files in their workspaces.

export interface AgentsListResult {
  readonly defaultId: string;
  /** Name of the session that an agent has without being asked for another one. */
  readonly mainKey: string;
  readonly scope: 'per-sender' | 'global';
  readonly agents: readonly AgentSummary[];
}

export interface AgentSummary {
  readonly id: string;
  /** Its folder. */
  readonly workspace: string;
  /** Left out while the built-in assistant answers. */
  readonly model?: { readonly primary: string };
}

export interface AgentFile {
  readonly name: string;
  readonly path: string;
  readonly missing: boolean;
  /** Bytes. */
  readonly size?: number;
  readonly updatedAtMs?: number;
  readonly content?: string;
}

export interface AgentFilesListResult {
  readonly agentId: string;
  readonly workspace: string;
  readonly files: readonly AgentFile[];
}

export interface AgentFileResult {
  readonly agentId: string;
  readonly workspace: string;
  readonly file: AgentFile;
}

export interface AgentFileSetResult extends AgentFileResult {
  readonly ok: true;
}
