// What a person should know about a skill before it is installed. Hints, not a proof: instructions can ask for anything. Pure.

import type { SkillPackageFile } from './skill-files.ts';
import type { SkillManifest } from './skill.ts';

const MAX_NAMED = 5;

/** Characters that are not seen, or turn the order of text around. */
const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/u;
const PIPED_TO_SHELL =
  /\b(?:curl|wget|iwr|invoke-webrequest)\b[^\n|]{0,400}\|\s*(?:sudo\s+)?(?:ba|z|da|)sh\b|\biex\b/i;
const SECRETS = /(?:\.ssh\b|id_rsa|\.aws\/credentials|\.netrc|\bkeychain\b|\.gnupg|\/etc\/shadow)/i;
const SCRIPT = /\.(?:sh|bash|zsh|py|js|mjs|cjs|ts|rb|pl|ps1|bat|cmd|exe|dll|so|dylib|jar|applescript)$/i;

export function warningsOf(
  manifest: SkillManifest,
  files: readonly SkillPackageFile[],
  leftOut: readonly string[],
): readonly string[] {
  const texts = files.flatMap((file) => {
    const text = textOf(file);
    return text === undefined ? [] : [{ path: file.path, text: text.replace(/^\ufeff/, '') }];
  });
  const naming = (pattern: RegExp): readonly string[] =>
    texts.filter(({ text }) => pattern.test(text)).map(({ path }) => path);
  const { requires, primaryEnv } = manifest;
  const keys = [...new Set([...requires.env, ...(primaryEnv === undefined ? [] : [primaryEnv])])];
  return [
    ...about(
      'It has programs or scripts',
      files.filter(isProgram).map(({ path }) => path),
    ),
    ...about(
      'It has files that are no text',
      files.filter((file) => textOf(file) === undefined).map(({ path }) => path),
    ),
    ...about('It has characters that cannot be seen', naming(INVISIBLE)),
    ...about('It speaks of running what it downloads', naming(PIPED_TO_SHELL)),
    ...about('It speaks of places where keys and passwords lie', naming(SECRETS)),
    ...about('It asks for variables that may hold secrets', keys),
    ...about('It was left out', leftOut),
    ...(files.some(({ path }) => path === 'package.json')
      ? ['It has a package.json; nothing in it is installed or run.']
      : []),
  ];
}

function about(what: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : '';
  return [`${what}: ${names.slice(0, MAX_NAMED).join(', ')}${more}.`];
}

function isProgram({ path, executable, data }: SkillPackageFile): boolean {
  return executable || SCRIPT.test(path) || data.subarray(0, 2).toString('latin1') === '#!';
}

function textOf({ data }: SkillPackageFile): string | undefined {
  if (data.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return undefined;
  }
}
