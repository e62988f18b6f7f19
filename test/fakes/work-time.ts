// How much work something is, not how long it takes: another program may have the processor meanwhile.

/** @returns processor time that this process has used meanwhile, ms */
export async function workOf(action: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await action();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
