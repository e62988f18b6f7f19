// What a request can end with instead of a result.

/** The gateway answered with an error. `code` is the native one; `details.code` may say more. */
export class RequestError extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(error: {
    code: string;
    message: string;
    details?: Readonly<Record<string, unknown>>;
    retryable?: boolean;
    retryAfterMs?: number | undefined;
  }) {
    super(error.message);
    this.name = 'RequestError';
    this.code = error.code;
    this.details = error.details ?? {};
    this.retryable = error.retryable ?? false;
    this.retryAfterMs = error.retryAfterMs;
  }

  get detailCode(): string {
    const { code } = this.details;
    return typeof code === 'string' ? code : '';
  }
}

/** No answer: the connection was lost, never came up, or the time ran out. The request may have been executed. */
export class NoAnswerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NoAnswerError';
  }
}
