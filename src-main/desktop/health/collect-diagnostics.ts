// Gathers the facts for the diagnostics from system and app.

import { readFile } from 'node:fs/promises';
import { arch, homedir, hostname, release, totalmem, userInfo } from 'node:os';
import { app } from 'electron';
import type { GatewayPaths } from '../../gateway/config/paths.ts';
import { createLogTail } from '../../gateway/logs/log-tail.ts';
import { VERSION } from '../../shared/brand.ts';
import type { LoginItemState, QuickChatShortcut, UpdateState } from '../../shared/ipc.ts';
import type { StatusResult } from '../../shared/protocol/system.ts';
import type { HostState } from '../gateway/gateway-host.ts';
import { diagnosticsText } from './diagnostics.ts';

const LOG_LINES = 1_000;

export async function collectDiagnostics(facts: {
  readonly paths: GatewayPaths;
  readonly hostState: HostState;
  readonly status: StatusResult | undefined;
  readonly loginItem: LoginItemState;
  readonly shortcut: QuickChatShortcut;
  readonly updates: UpdateState;
}): Promise<string> {
  const { hostState, shortcut, updates } = facts;
  const log = await createLogTail(facts.paths.logFile)({ limit: LOG_LINES }).catch(() => undefined);
  const token = await readFile(facts.paths.tokenFile, 'utf8').catch(() => '');
  return diagnosticsText({
    groups: {
      Clawtray: { version: VERSION, packaged: app.isPackaged, locale: app.getLocale() },
      System: {
        platform: `${process.platform} ${arch()} ${release()}`,
        electron: process.versions.electron,
        chromium: process.versions.chrome,
        node: process.versions.node,
        desktop: process.env['XDG_CURRENT_DESKTOP'],
        session: process.env['XDG_SESSION_TYPE'],
        'memory, GB': Math.round(totalmem() / 1e9),
      },
      Desktop: {
        'starts at sign-in': facts.loginItem.enabled,
        'quick chat key': `${shortcut.accelerator ?? 'none'} (${shortcut.status})`,
        updates: updates.supported ? `${updates.channel}, ${updates.stage}` : 'not in this copy',
      },
      Gateway: {
        state: hostState.status,
        kind: hostState.status === 'running' ? hostState.kind : undefined,
        problem: hostState.status === 'failed' ? hostState.message : undefined,
      },
    },
    status: facts.status,
    logLines: log?.lines ?? [],
    hidden: [
      { text: token.trim(), as: '[token]' },
      { text: homedir(), as: '~' },
      { text: userInfo().username, as: '[user]' },
      { text: hostname(), as: '[computer]' },
    ],
  });
}
