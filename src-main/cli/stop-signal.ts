// Ctrl+C and its relatives.

const EXIT_FAILED = 1;

/**
 * Resolves with the first signal to end; a second one ends the process at once. Does not keep the process alive by
 * itself.
 */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (): void => {
      if (asked) process.exit(EXIT_FAILED);
      asked = true;
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}

/** `stopSignal` for a command that only watches: keeps the process alive until then. */
export async function untilStopped(): Promise<void> {
  const alive = setInterval(() => undefined, 60_000);
  await stopSignal();
  clearInterval(alive);
}
