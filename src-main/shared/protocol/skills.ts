// skills.*: which skills there are, their settings, and how they are installed.

export interface SkillRequirements {
  readonly bins: readonly string[];
  /** One of them is enough. */
  readonly anyBins: readonly string[];
  readonly env: readonly string[];
  /** Dotted paths in the configuration that must be switched on. */
  readonly config: readonly string[];
  /** Names of platforms as Node has them; any when empty. */
  readonly os: readonly string[];
}

export interface SkillsStatusResult {
  readonly agentId: string;
  readonly workspaceDir: string;
  /** Where installed skills are. */
  readonly managedSkillsDir: string;
  readonly skills: readonly SkillStatus[];
  /** Folders that look like skills and are none, one sentence each. */
  readonly problems: readonly string[];
}

export interface SkillStatus {
  readonly name: string;
  readonly description: string;
  /** `openclaw-bundled`, `openclaw-managed`, `clawtray-installed`, `openclaw-workspace` or `openclaw-extra`. */
  readonly source: string;
  readonly bundled: boolean;
  readonly filePath: string;
  readonly baseDir: string;
  /** Under which `skills.update` knows it. */
  readonly skillKey: string;
  readonly emoji?: string;
  readonly homepage?: string;
  /** The variable that its key is given in. */
  readonly primaryEnv?: string;
  readonly always: boolean;
  readonly disabled: boolean;
  readonly blockedByAllowlist: boolean;
  readonly blockedByAgentFilter: boolean;
  /** It may be used: it is switched on, not blocked, and nothing is missing. */
  readonly eligible: boolean;
  readonly platformIncompatible: boolean;
  /** It is offered to the model. */
  readonly modelVisible: boolean;
  /** People may run it by its name. */
  readonly userInvocable: boolean;
  readonly commandVisible: boolean;
  readonly requirements: SkillRequirements;
  readonly missing: SkillRequirements;
  readonly configChecks: readonly { readonly path: string; readonly satisfied: boolean }[];
  /** Always empty: this gateway installs no programs for skills. */
  readonly install: readonly never[];
}

/** What a package contains, before it is installed. */
export interface SkillPreview {
  /** For `skills.install`, which also wants `slug` and `sha256`. */
  readonly uploadId: string;
  readonly slug: string;
  readonly description: string;
  /** Over names, modes and contents of all files. */
  readonly sha256: string;
  readonly expiresAtMs: number;
  readonly fileCount: number;
  readonly totalBytes: number;
  /** The first 100. */
  readonly files: readonly { readonly path: string; readonly size: number; readonly executable: boolean }[];
  readonly requirements: SkillRequirements;
  readonly missing: SkillRequirements;
  readonly warnings: readonly string[];
  /** An installed skill of that name would be replaced. */
  readonly replaces: boolean;
}

export type SkillsInstallParams =
  | {
      readonly source: 'upload';
      /** The preview's. */
      readonly uploadId: string;
      readonly slug: string;
      readonly sha256?: string | undefined;
      readonly force?: boolean | undefined;
      readonly agentId?: string | undefined;
      readonly timeoutMs?: number | undefined;
    }
  | {
      readonly source: 'clawhub';
      readonly slug: string;
      readonly version?: string | undefined;
      readonly force?: boolean | undefined;
      readonly agentId?: string | undefined;
      readonly timeoutMs?: number | undefined;
    }
  | {
      readonly name: string;
      readonly installId: string;
      readonly agentId?: string | undefined;
      readonly dangerouslyForceUnsafeInstall?: boolean | undefined;
      readonly timeoutMs?: number | undefined;
    };

export type SkillsUpdateParams =
  | {
      readonly skillKey: string;
      readonly enabled?: boolean | undefined;
      /** An empty text takes it away. */
      readonly apiKey?: string | undefined;
      /** Added to what is there; an empty value takes a variable away. */
      readonly env?: Readonly<Record<string, string>> | undefined;
    }
  | {
      readonly source: 'clawhub';
      readonly agentId?: string | undefined;
      readonly slug?: string | undefined;
      readonly all?: boolean | undefined;
      readonly force?: boolean | undefined;
    };

export interface SkillsUpdateResult {
  readonly ok: true;
  readonly skillKey: string;
  /** Never the secrets themselves. */
  readonly config: {
    readonly enabled?: boolean;
    readonly hasApiKey: boolean;
    /** Names alone. */
    readonly env: readonly string[];
  };
}

/** Event `skills.changed`. */
export interface SkillsChangedEvent {
  readonly reason: 'manual';
}
