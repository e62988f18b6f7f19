// `clawtray doctor`: says what is wrong with the profile and the machine, and repairs it on request.

import { resolvePaths } from '../gateway/config/paths.ts';
import { examine } from '../gateway/doctor/doctor.ts';
import type { DoctorReport, Finding, FindingState } from '../gateway/doctor/finding.ts';
import { commandLine, print } from './output.ts';

const MARKS: Readonly<Record<FindingState, string>> = {
  ok: 'ok      ',
  note: 'note    ',
  warning: 'warning ',
  error: 'error   ',
};

/** @returns 0, or 1 while something does not work */
export async function runDoctor(options: { repair?: boolean; json?: boolean }): Promise<number> {
  const { repair = false, json = false } = options;
  const report = await examine({
    paths: resolvePaths(process.env),
    env: process.env,
    repair,
    now: Date.now(),
  });
  if (json) print(JSON.stringify(report, null, 2));
  else for (const line of lines(report, repair)) print(line);
  return report.errors === 0 ? 0 : 1;
}

function lines(report: DoctorReport, repair: boolean): readonly string[] {
  return [...report.findings.flatMap(findingLines), '', summary(report, repair)];
}

function findingLines({ state, message, hint, repaired }: Finding): readonly string[] {
  const mark = repaired === undefined ? MARKS[state] : 'repaired';
  return [
    `${mark}  ${message}`,
    ...(hint === undefined ? [] : [`          ${hint}`]),
    ...(repaired === undefined ? [] : [`          ${repaired}`]),
  ];
}

function summary({ findings, warnings, errors, repaired }: DoctorReport, repair: boolean): string {
  const found =
    errors + warnings === 0
      ? 'Nothing needs your attention.'
      : `${count(errors, 'error')}, ${count(warnings, 'warning')}.`;
  const open = findings.some((finding) => finding.repairable === true && finding.repaired === undefined);
  return [
    found,
    ...(repaired > 0 ? [`${repaired} repaired.`] : []),
    ...(open && !repair ? [`Some of it can be repaired: ${commandLine('doctor --repair')}`] : []),
  ].join(' ');
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
