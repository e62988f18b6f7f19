// Edits of a configuration file's text, whatever its format, with one promise: the new text means exactly the old values
// with the edits in them. A text for which that cannot be reached is not written.

import path from 'node:path';
import { errorText } from '../../shared/logger.ts';
import { applyEdits, isSame, pathText, type ConfigEdit } from './change.ts';
import { editJson5 } from './edit-json5.ts';
import { editToml } from './edit-toml.ts';
import { editYaml } from './edit-yaml.ts';
import { configFormat, parseConfig } from './parse.ts';

/** The file's form is beyond what can be edited without changing something else. */
export class ConfigEditError extends Error {
  constructor(file: string, edits: readonly ConfigEdit[], reason: string) {
    const names = edits.map((edit) => pathText(edit.path)).join(', ');
    super(`${path.basename(file)} cannot be changed at ${names} (${reason}); edit the file by hand`);
    this.name = 'ConfigEditError';
  }
}

/**
 * @param text what the file holds; it parses
 * @throws ConfigEditError
 */
export async function editConfigText(
  file: string,
  text: string,
  edits: readonly ConfigEdit[],
): Promise<string> {
  const before = await parseConfig(file, text);
  const means = async (changed: string, done: readonly ConfigEdit[]): Promise<boolean> =>
    isSame(await parseConfig(file, changed).catch(() => undefined), applyEdits(before, done));
  // The editors think in plain line ends.
  const hasReturns = text.includes('\r\n') && !/(?<!\r)\n/.test(text);
  const plain = hasReturns ? text.replaceAll('\r\n', '\n') : text;
  let changed: string;
  try {
    changed = await edit(file, plain, edits, means);
  } catch (error) {
    throw new ConfigEditError(file, edits, errorText(error));
  }
  if (hasReturns) changed = changed.replaceAll('\n', '\r\n');
  if (await means(changed, edits)) return changed;
  throw new ConfigEditError(file, edits, 'its form does not allow it');
}

function edit(
  file: string,
  text: string,
  edits: readonly ConfigEdit[],
  means: (text: string, done: readonly ConfigEdit[]) => Promise<boolean>,
): Promise<string> {
  switch (configFormat(file)) {
    case 'json5':
      return editJson5(text, edits, path.extname(file) === '.json');
    case 'yaml':
      return editYaml(text, edits, means);
    case 'toml':
      return editToml(text, edits, means);
  }
}
