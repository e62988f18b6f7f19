// Installing a skill as a tool, for agents and for clients that may not install by themselves: a person sees what is in the
// package and decides; exactly that is installed.

import { realpath } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod/mini';
import type { SkillPreview } from '../../shared/protocol/skills.ts';
import { MINUTE } from '../../shared/time.ts';
import type { ApprovalService } from '../approvals/approval-service.ts';
import { askPerson } from '../approvals/ask-person.ts';
import { suspectSpans } from '../approvals/suspect-characters.ts';
import type { Skills } from '../skills/skills.ts';
import { defineTool, type Tool } from './tool.ts';

/** A preview is valid for a little longer. */
const TIMEOUT = 14 * MINUTE;
const MAX_DETAIL = 16_384;
const NOT_DONE = 'The skill was not installed';

export function createSkillInstallTool(deps: {
  readonly skills: Pick<Skills, 'installer' | 'changed'>;
  readonly approvals: Pick<ApprovalService, 'request' | 'wait' | 'withdraw'>;
  readonly workspaceOf: (agentId: string) => string;
}): Tool {
  const { skills, approvals, workspaceOf } = deps;
  return defineTool({
    name: 'skill_install',
    description:
      'Asks the person to install a skill: a folder or archive in the workspace (path), or a package of the npm registry (npm). Give exactly one. A denial is final.',
    parameters: z.strictObject({
      path: z.optional(z.string().check(z.minLength(1), z.maxLength(4_096))),
      npm: z.optional(z.string().check(z.minLength(1), z.maxLength(512))),
    }),
    run: async ({ path: place, npm }, context) => {
      if ((place === undefined) === (npm === undefined)) throw new Error('Give exactly one of path and npm.');
      const origin =
        npm === undefined ? { path: await inWorkspace(workspaceOf(context.agentId), place ?? '') } : { npm };
      const preview = await skills.installer.preview(origin);
      const { slug, sha256, uploadId } = preview;
      const detail = contentsOf(preview, npm ?? place ?? '');
      if (detail.length > MAX_DETAIL)
        throw new Error(`${NOT_DONE}: it has too much in it to be reviewed here.`);
      await askPerson(
        approvals,
        {
          pluginId: 'skills',
          title: `Install the skill ${slug}`,
          description: `${preview.replaces ? 'It takes the place of one that is installed. ' : ''}A skill is text that agents follow, and its files may be run: read it before you allow it.`,
          detail,
          severity: 'critical',
          toolName: 'skill_install',
          toolCallId: context.callId ?? null,
          agentId: context.agentId,
          sessionKey: context.sessionKey,
          runId: context.runId,
          allowedDecisions: ['allow-once', 'deny'],
          suspectSpans: suspectSpans(detail),
        },
        { what: NOT_DONE, timeoutMs: TIMEOUT },
        context,
      );
      await skills.installer.install(uploadId, slug, sha256);
      skills.changed();
      return `Installed: ${slug}`;
    },
  });
}

/** @throws Error for what lies elsewhere: an agent must not have other folders read for it */
async function inWorkspace(workspace: string, written: string): Promise<string> {
  const home = await realpath(workspace);
  const place = await realpath(path.resolve(home, written)).catch(() => undefined);
  if (place === undefined) throw new Error(`There is no ${written.slice(0, 200)} in the workspace.`);
  if (!place.startsWith(home + path.sep))
    throw new Error(`${written.slice(0, 200)} is outside of the workspace.`);
  return place;
}

/** Everything that the decision is about. */
function contentsOf(preview: SkillPreview, from: string): string {
  const { slug, description, sha256, files, fileCount, totalBytes, warnings, missing } = preview;
  const left = fileCount - files.length;
  return [
    `${slug}: ${description}`,
    `From: ${from}`,
    `Hash: ${sha256}`,
    `Files (${fileCount}, ${totalBytes} bytes):`,
    ...files.map((file) => `  ${file.path}  ${file.size}${file.executable ? '  executable' : ''}`),
    ...(left > 0 ? [`  and ${left} more`] : []),
    ...(missing.bins.length === 0 ? [] : [`Needs programs that are not there: ${missing.bins.join(', ')}`]),
    ...warnings.map((warning) => `Careful: ${warning}`),
  ].join('\n');
}
