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
  readonly name?: string;
  readonly identity?: {
    readonly name?: string;
    readonly theme?: string;
    readonly emoji?: string;
    readonly avatar?: string;
  };
  /** Left out while the built-in assistant answers. */
  readonly model?: { readonly primary: string; readonly fallbacks?: readonly string[] };
  /** Only of agents that were made at run time. */
  readonly createdVia?: 'operator';
  /** ms since the epoch. */
  readonly createdAt?: number;
}

export interface AgentsCreateParams {
  /** The id comes of it. */
  readonly name: string;
  /** A folder; `workspace-<id>` in the state folder if left out. */
  readonly workspace?: string | undefined;
  /** `provider/model`. */
  readonly model?: string | undefined;
  readonly emoji?: string | undefined;
  /** Address, data URL, or path in the workspace. */
  readonly avatar?: string | undefined;
}

export interface AgentsCreateResult {
  readonly ok: true;
  readonly agentId: string;
  readonly name: string;
  readonly workspace: string;
  readonly model?: string;
}

export interface AgentsUpdateParams {
  readonly agentId: string;
  readonly name?: string | undefined;
  readonly workspace?: string | undefined;
  /** `null`: the one that answers for everybody. */
  readonly model?: string | null | undefined;
  /** An empty text takes it away. */
  readonly emoji?: string | undefined;
  readonly avatar?: string | undefined;
}

export interface AgentsDeleteResult {
  readonly ok: true;
  readonly agentId: string;
  readonly removedBindings: number;
  /** What was moved aside. */
  readonly removed?: readonly { readonly path: string; readonly method: 'trash' | 'missing' }[];
  readonly failed?: readonly { readonly path: string; readonly reason: string }[];
}

export interface AgentsRestoreResult {
  readonly ok: true;
  readonly agentId: string;
  readonly name: string;
  readonly workspace: string;
}

/** Agents that can be restored. */
export interface AgentsDeletedResult {
  readonly agents: readonly {
    readonly agentId: string;
    readonly name: string;
    readonly deletedAtMs: number;
    /** Where its files are, when they were moved. */
    readonly keptIn?: string;
  }[];
}

export interface AgentIdentityResult {
  readonly agentId: string;
  readonly name?: string;
  readonly nameSource?: 'config' | 'workspace' | 'default';
  readonly emoji?: string;
  readonly avatar?: string;
  readonly avatarStatus?: 'none' | 'local' | 'remote' | 'data';
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
