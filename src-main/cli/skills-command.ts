// `clawtray skills`: which skills there are, and how they are installed: what a package contains is shown first, and nothing
// is installed before somebody agrees.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { GatewayConnection } from '../client/connection.ts';
import type { SkillPreview, SkillsStatusResult, SkillStatus } from '../shared/protocol/skills.ts';
import { withGateway } from './client.ts';
import { print, printProblem } from './output.ts';

const TIMEOUT = 15_000;
/** The registry may take its time. */
const PREVIEW_TIMEOUT = 90_000;
const MAX_SHOWN = 30;

/** @returns the exit code */
export function listSkills(options: { readonly agent?: string; readonly json?: boolean }): Promise<number> {
  return withGateway(async (connection) => {
    const { agent: agentId } = options;
    const status = await connection.request(
      'skills.status',
      agentId === undefined ? {} : { agentId },
      TIMEOUT,
    );
    if (options.json === true) print(JSON.stringify(status, null, 2));
    else for (const line of statusLines(status)) print(line);
  });
}

/**
 * @param written a folder, an archive, or a package of the npm registry
 * @param options.yes installs without a question, for scripts: what it contains is printed all the same
 * @returns the exit code; 1 when the person does not want it
 */
export async function installSkill(
  written: string,
  options: { readonly yes?: boolean; readonly npm?: boolean },
): Promise<number> {
  const outcome = { refused: false };
  const code = await withGateway(async (connection) => {
    const preview = await connection.request(
      'skills.preview',
      originOf(written, options.npm),
      PREVIEW_TIMEOUT,
    );
    for (const line of previewLines(preview)) print(line);
    if (options.yes === true || (await agrees())) {
      await confirm(connection, preview);
      return;
    }
    outcome.refused = true;
    print('Nothing was installed.');
  });
  return outcome.refused ? 1 : code;
}

/** @returns the exit code */
export function removeSkill(name: string): Promise<number> {
  return withGateway(async (connection) => {
    const { keptIn } = await connection.request('skills.remove', { name }, TIMEOUT);
    print(`Removed: ${name}. Its files are kept in ${keptIn}.`);
  });
}

async function confirm(connection: GatewayConnection, preview: SkillPreview): Promise<void> {
  const { uploadId, slug, sha256 } = preview;
  const { path: place } = await connection.request(
    'skills.install',
    { source: 'upload', uploadId, slug, sha256 },
    TIMEOUT,
  );
  print(`Installed: ${slug}, in ${place}`);
}

function originOf(written: string, npm = false): { path: string } | { npm: string } {
  const place = path.resolve(written);
  if (npm) return { npm: written };
  if (existsSync(place)) return { path: place };
  // What looks like a place is one that is not there.
  if (/^[./\\~]|\\|\.(?:zip|tgz|tar\.gz)$/i.test(written)) throw new Error(`There is no ${place}.`);
  return { npm: written };
}

async function agrees(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    printProblem('Nobody can be asked here. Add --yes when you agree with what is listed above.');
    return false;
  }
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(?:es)?$/i.test((await lines.question('Install it? [y/N] ')).trim());
  } finally {
    lines.close();
  }
}

/** What is printed before somebody agrees; names of strangers cannot steer the terminal. */
function previewLines(preview: SkillPreview): readonly string[] {
  const { slug, description, files, fileCount, totalBytes, warnings, missing, sha256, replaces } = preview;
  const shown = files.slice(0, MAX_SHOWN);
  return [
    `${slug}: ${plain(description)}`,
    '',
    `${fileCount} ${fileCount === 1 ? 'file' : 'files'}, ${totalBytes} bytes:`,
    ...shown.map((file) => `  ${plain(file.path)}  ${file.size}${file.executable ? '  program' : ''}`),
    ...(fileCount > shown.length ? [`  and ${fileCount - shown.length} more`] : []),
    ...(warnings.length === 0 ? [] : ['', 'Look at this:', ...warnings.map((text) => `  ${plain(text)}`)]),
    ...missingLines(missing).map((line) => `  ${line}`),
    ...(replaces ? ['', `It replaces the skill ${slug} that is installed; that one is kept aside.`] : []),
    '',
    `SHA-256 ${sha256}`,
  ];
}

function statusLines({ skills, problems }: SkillsStatusResult): readonly string[] {
  return [
    ...(skills.length === 0 ? ['There are no skills.'] : []),
    ...skills.flatMap((skill) => [
      `  ${skill.name} (${wordOf(skill)}): ${plain(skill.description)}`,
      ...missingLines(skill.missing).map((line) => `      ${line}`),
    ]),
    ...problems.map((problem) => `  ! ${plain(problem)}`),
  ];
}

function wordOf(skill: SkillStatus): string {
  const place = skill.source.replace(/^[a-z]+-/, '');
  if (skill.eligible) return place;
  if (skill.disabled) return `${place}, switched off`;
  return skill.blockedByAgentFilter || skill.blockedByAllowlist
    ? `${place}, not allowed`
    : `${place}, not usable`;
}

function missingLines(missing: SkillStatus['missing']): readonly string[] {
  const line = (what: string, names: readonly string[]): readonly string[] =>
    names.length === 0 ? [] : [`missing ${what}: ${names.map(plain).join(', ')}`];
  return [
    ...line('programs', missing.bins),
    ...line('one of the programs', missing.anyBins),
    ...line('variables', missing.env),
    ...line('settings', missing.config),
    ...line('the system', missing.os),
  ];
}

function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '\ufffd');
}
