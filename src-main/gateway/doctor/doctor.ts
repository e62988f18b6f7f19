// `doctor`: goes through everything that can be wrong with a profile and its machine, and with `repair` puts right what can
// safely be. One check that fails never hides the others.

import { errorText } from '../../shared/logger.ts';
import { loadConfig } from '../config/load.ts';
import type { GatewayPaths } from '../config/paths.ts';
import { checkConfig } from './check-config.ts';
import { checkDatabase } from './check-database.ts';
import { checkFiles } from './check-files.ts';
import { checkModels, checkVersions } from './check-machine.ts';
import { checkProcess, type ProcessCheck } from './check-process.ts';
import { reportOf, type DoctorReport, type Finding } from './finding.ts';

export interface DoctorOptions {
  readonly paths: GatewayPaths;
  readonly env: NodeJS.ProcessEnv;
  readonly repair: boolean;
  readonly now: number;
}

export async function examine({ paths, env, repair, now }: DoctorOptions): Promise<DoctorReport> {
  const { config } = await loadConfig(paths, env);
  let process_: ProcessCheck = { findings: [], servedBy: undefined };
  return reportOf([
    ...checkVersions(process.versions),
    ...(await guarded('files', () => checkFiles({ paths, repair }))),
    ...(await guarded('configuration', () => checkConfig(paths, env, now))),
    ...(await guarded('process', async () => {
      process_ = await checkProcess({ paths, env, config, repair });
      return process_.findings;
    })),
    ...(await guarded('database', () =>
      checkDatabase({ profileDir: paths.profileDir, servedBy: process_.servedBy, repair, now }),
    )),
    ...(await guarded('models', () => checkModels(config))),
  ]);
}

async function guarded(
  check: string,
  look: () => readonly Finding[] | Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    return [{ check, state: 'error', message: `This could not be looked at: ${errorText(error)}` }];
  }
}
