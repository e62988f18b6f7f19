// Native frames (OpenClaw protocol 3 and 4), as they stand on the wire.

export interface RequestFrame {
  readonly type: 'req';
  readonly id: string;
  readonly method: string;
  readonly params?: unknown;
}

export interface ErrorShape {
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
}

export interface ConnectChallenge {
  /** Random per connection; a device signs it. */
  readonly nonce: string;
  /** The gateway's clock, ms. */
  readonly ts: number;
}
