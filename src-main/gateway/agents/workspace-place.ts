// Which folders may be an agent's workspace: none that is somebody else's, and none in which our own state lies.

import path from 'node:path';
import { homedir } from 'node:os';
import { GatewayError } from '../../shared/errors.ts';
import type { AgentDirectory } from './agent-directory.ts';

/**
 * @param folder absolute
 * @throws GatewayError `invalid-params`
 */
export function checkWorkspacePlace(
  folder: string,
  agentId: string,
  about: { readonly directory: AgentDirectory; readonly stateDir: string; readonly profileDir: string },
): void {
  const { directory, stateDir, profileDir } = about;
  if (/[\p{Cc}]/u.test(folder))
    throw new GatewayError('invalid-params', 'The workspace must be a path without control characters.');
  if (path.parse(folder).root === folder || same(folder, homedir()) || same(folder, stateDir))
    throw unfit(folder, 'is more than a workspace');
  if (within(folder, profileDir) || within(profileDir, folder))
    throw unfit(folder, 'holds Clawtray’s own files');
  for (const other of directory.list()) {
    if (other.id === agentId) continue;
    if (within(folder, other.workspace) || within(other.workspace, folder)) {
      // With a common folder for all, the main agent's workspace holds the others'.
      if (same(folder, directory.usualWorkspace(agentId))) continue;
      throw unfit(folder, `belongs to the agent "${other.id}"`);
    }
  }
}

function unfit(folder: string, why: string): GatewayError {
  return new GatewayError(
    'invalid-params',
    `${folder} cannot be the workspace: it ${why}. Choose another folder.`,
  );
}

const same = (a: string, b: string): boolean => path.relative(comparable(a), comparable(b)) === '';

function within(folder: string, outer: string): boolean {
  const relative = path.relative(comparable(outer), comparable(folder));
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

/** Some file systems take these for the same name. */
function comparable(folder: string): string {
  return folder.normalize('NFC').toLowerCase();
}
