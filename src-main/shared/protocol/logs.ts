// logs.tail: the end of the gateway's log file.

export interface LogsTailParams {
  /** What the answer before said: only what came since then. */
  readonly cursor?: number | undefined;
  /** Lines, 500 if left out. */
  readonly limit?: number | undefined;
  /** What is read of the log at once, 250,000 if left out. */
  readonly maxBytes?: number | undefined;
}

export interface LogsTailResult {
  readonly file: string;
  /** Where the next request goes on. */
  readonly cursor: number;
  /** Where the log ends: bytes from its beginning, like the cursor, also those of files that are gone. */
  readonly size: number;
  /** One JSON object each, with `level`, `time` and `message`; the oldest first. */
  readonly lines: readonly string[];
  /** There were more lines than fit; the older ones are left out. */
  readonly truncated?: boolean;
  /** The cursor was of another log: this one was begun since then. */
  readonly reset?: boolean;
  /** What came after the cursor and was not read. */
  readonly skippedBytes?: number;
}
