// What is kept when something crashes: on this computer only. Chromium writes dumps of its processes into the profile's
// folder, the last ones are kept, and what happened stands in the log.

import { chmodSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { app, crashReporter } from 'electron';
import type { Logger } from '../../shared/logger.ts';

/** A dump holds a piece of the process's memory, a few megabytes. */
const KEPT = 5;

/** Before `ready`. @param folder private: dumps may contain what was said */
export function keepCrashReports(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    app.setPath('crashDumps', folder);
    crashReporter.start({ uploadToServer: false, compress: false });
    removeOldReports(folder);
  } catch {
    // A profile that cannot be written is told of by the gateway; dumps are not worth failing for.
  }
}

/** Dumps by the time they were written, the newest kept. */
function removeOldReports(folder: string): void {
  const dumps = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.dmp'))
    .map((name) => path.join(folder, name))
    .map((file) => ({ file, at: statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.at - a.at);
  for (const { file } of dumps.slice(KEPT)) {
    rmSync(file, { force: true });
    rmSync(file.replace(/\.dmp$/, '.meta'), { force: true });
  }
}

/** Logs what ends in Chromium's other processes. Windows bring their own page back (page-recovery). */
export function logCrashes(log: Logger): void {
  app.on('child-process-gone', (_event, { type, reason, exitCode, name }) => {
    if (reason !== 'clean-exit') log.error('a process of the app is gone', { type, reason, exitCode, name });
  });
}
