import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseArguments } from '../../../scripts/checks/arguments.mjs';
import { countStep, summary } from '../../../scripts/checks/report.mjs';
import { desktopStep, stepNames } from '../../../scripts/checks/steps.mjs';
import { type Checkout, makeCheckout } from './checkout.ts';
import { cleanEnvironment, isAlive, start } from './processes.ts';
import { program, temporaryFolder, write } from './temporary.ts';

describe('the arguments of npm test', () => {
  it('mean everything when there are none', () => {
    expect(parseArguments([])).toEqual({
      steps: new Set(stepNames),
      projects: ['unit', 'integration', 'contract', 'renderer'],
      filter: [],
    });
  });

  it('choose steps, or single projects of the tests', () => {
    expect([...parseArguments(['--only', 'lint,types']).steps]).toEqual(['lint', 'types']);
    const unit = parseArguments(['--only=unit', '--only', 'desktop']);
    expect([...unit.steps]).toEqual(['tests', 'desktop']);
    expect(unit.projects).toEqual(['unit']);
    expect(parseArguments(['--only', 'tests']).projects).toHaveLength(4);
  });

  it('hand vitest what follows the separator', () => {
    expect(parseArguments(['--only', 'unit', '--', 'lock', '-t', 'killed']).filter).toEqual([
      'lock',
      '-t',
      'killed',
    ]);
  });

  it.each([[['--only', 'lunch']], [['--only']], [['--fast']]])('are refused when they are %j', (args) => {
    expect(() => parseArguments(args)).toThrow(/Unknown .*Usage:/s);
  });
});

describe('the counting', () => {
  const report = (content: object): string =>
    write(path.join(temporaryFolder(), 'r.json'), JSON.stringify(content));
  const passing = {
    numPassedTests: 5,
    numFailedTests: 0,
    numPendingTests: 1,
    numTodoTests: 1,
    testResults: [],
  };

  it('takes a step without tests as one', () => {
    expect(countStep({ name: 'lint', code: 0, ms: 1 })).toMatchObject({ passed: 1, failed: 0 });
    expect(countStep({ name: 'lint', code: 2, ms: 1 })).toMatchObject({ passed: 0, failed: 1 });
    expect(countStep({ name: 'lint', code: null, ms: 1 })).toMatchObject({ passed: 0, failed: 1 });
  });

  it('takes the tests from the report', () => {
    const failing = { ...passing, numFailedTests: 2 };
    const counted = countStep({ name: 'tests', code: 1, ms: 1, report: report(failing) });
    expect(counted).toMatchObject({ passed: 5, failed: 2, skipped: 2 });
  });

  it('counts files that could not be run', () => {
    const broken = { status: 'failed', assertionResults: [] };
    const ran = { status: 'passed', assertionResults: [{ status: 'passed' }] };
    const file = report({ ...passing, testResults: [broken, ran, broken] });
    expect(countStep({ name: 'tests', code: 1, ms: 1, report: file })).toMatchObject({
      passed: 5,
      failed: 2,
    });
  });

  it('never calls a failing run a success', () => {
    // An unhandled rejection outside every test makes vitest fail with no failed test.
    const file = report(passing);
    expect(countStep({ name: 'tests', code: 1, ms: 1, report: file })).toMatchObject({
      passed: 5,
      failed: 1,
    });
    expect(countStep({ name: 'tests', code: 0, ms: 1, report: '/nowhere.json' })).toMatchObject({
      failed: 1,
    });
  });

  it('ends in a line with the sums and nothing else', () => {
    const step = { skipped: 0, ms: 1234, note: '' };
    const lines = summary([
      { ...step, name: 'lint', passed: 1, failed: 0 },
      { ...step, name: 'tests', passed: 40, failed: 2, note: 'exit code 1' },
    ]);
    expect(lines.at(-1)).toBe('41 passed, 2 failed');
    expect(lines[1]).toMatch(/^tests {3,}1\.2 s {2}40 passed, 2 failed \(exit code 1\)$/);
  });
});

describe('the desktop step', () => {
  const situation = { electron: '/e', filter: [], reports: '/r' };

  it('brings its own display and bus where there is none, and always its own bus', () => {
    const headless = desktopStep({ ...situation, display: false, platform: 'linux' });
    expect([headless.command, ...headless.args].join(' ')).toMatch(
      /^xvfb-run -a .* dbus-run-session -- .*vitest/,
    );
    expect(headless.env).toEqual({ CLAWTRAY_ELECTRON: '/e' });
    const shown = desktopStep({ ...situation, display: true, platform: 'linux' });
    expect(shown.command).toBe('dbus-run-session');
    expect(desktopStep({ ...situation, display: true, platform: 'darwin' }).command).toBe(process.execPath);
  });
});

describe('npm test', () => {
  let checkout: Checkout;

  /** Puts a stand-in for a tool into the checkout. */
  const tool = (name: string, script: string, bin = name): void => {
    const folder = path.join(checkout.folder, 'node_modules', name);
    write(path.join(folder, 'package.json'), JSON.stringify({ bin: { [bin]: 'cli.cjs' } }));
    write(path.join(folder, 'cli.cjs'), script);
  };
  const vitestWith = (report: object, code: number): string =>
    `const fs = require('fs');
fs.appendFileSync('vitest-calls', process.argv.slice(2).join(' ') + '\\n');
const file = process.argv.find((a) => a.startsWith('--outputFile.json=')).split('=')[1];
fs.writeFileSync(file, ${JSON.stringify(JSON.stringify(report))});
process.exit(${code});`;
  const passing = {
    numPassedTests: 3,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [
      {
        name: '/x/test/unit/a.test.ts',
        status: 'passed',
        assertionResults: [{ fullName: 'a works', status: 'passed' }],
      },
    ],
  };
  const npmTest = (args: string[], extra: NodeJS.ProcessEnv = {}) => {
    const electron = program(path.join(checkout.folder, 'my-electron'), 'echo 40.0.0');
    // The stand-ins for the display and the bus run what they are given.
    const bin = path.join(checkout.folder, 'bin');
    program(path.join(bin, 'xvfb-run'), 'shift 3; exec "$@"');
    program(path.join(bin, 'dbus-run-session'), 'shift; exec "$@"');
    const PATH = `${bin}:${process.env['PATH'] ?? ''}`;
    const env = cleanEnvironment({ PATH, CLAWTRAY_ELECTRON: electron, ...extra });
    return start(process.execPath, [checkout.script('test.mjs'), ...args], { cwd: checkout.folder, env });
  };
  const table = (row: string): string => `| What | Test |\n| --- | --- |\n| connect | ${row} |\n`;
  const lastLine = (output: string): string | undefined => output.trimEnd().split('\n').at(-1);

  beforeEach(() => {
    checkout = makeCheckout();
    for (const name of ['prettier', 'eslint', 'knip']) tool(name, '');
    tool('typescript', '', 'tsc');
    tool('vitest', vitestWith(passing, 0));
    write(path.join(checkout.folder, 'docs', 'protocol.md'), table('unit/a: works'));
  });

  it('runs everything and counts it', async () => {
    const { code, output } = await npmTest([]).finished;
    // Three tests in each of the two runs of vitest, and the six other steps.
    expect(lastLine(output)).toBe('12 passed, 0 failed');
    expect(code).toBe(0);
    const calls = fs.readFileSync(path.join(checkout.folder, 'vitest-calls'), 'utf8').split('\n');
    expect(calls[0]).toContain('--project unit --project integration --project contract --project renderer');
    expect(calls[1]).toContain('--project desktop');
  });

  it('fails when the documentation claims what no test has shown', async () => {
    write(path.join(checkout.folder, 'docs', 'protocol.md'), table('unit/a: flies'));
    const { code, output } = await npmTest([]).finished;
    expect(output).toContain('docs/protocol.md, line 3: connect: no passed test in unit/a is named “flies”');
    expect(lastLine(output)).toBe('11 passed, 1 failed');
    expect(code).toBe(1);
  });

  it('goes on after a failing step, and fails in the end', async () => {
    tool('eslint', "console.log('a lint finding'); process.exit(1)");
    tool('vitest', vitestWith({ ...passing, numFailedTests: 1 }, 1));
    const { code, output } = await npmTest([]).finished;
    expect(output).toContain('a lint finding');
    expect(output).toContain('lint: FAILED');
    expect(lastLine(output)).toBe('11 passed, 3 failed');
    expect(code).toBe(1);
  });

  it('does not test an app that could not be built', async () => {
    const { output } = await npmTest(['--only', 'build,desktop'], { FAKE_BUILD_FAILS: '1' }).finished;
    expect(output).toContain('not run, because the build failed');
    expect(lastLine(output)).toBe('0 passed, 2 failed');
    expect(fs.existsSync(path.join(checkout.folder, 'vitest-calls'))).toBe(false);
  });

  it('builds for the desktop tests alone when the build is old', async () => {
    const first = await npmTest(['--only', 'desktop']).finished;
    expect(lastLine(first.output)).toBe('4 passed, 0 failed');
    const second = await npmTest(['--only', 'desktop']).finished;
    expect(lastLine(second.output)).toBe('3 passed, 0 failed');
    expect(checkout.calls('build')).toBe('x');
  });

  it('fails when a filter matches nothing', async () => {
    tool('vitest', vitestWith({ ...passing, numPassedTests: 0 }, 0));
    const { code, output } = await npmTest(['--only', 'unit', '--', 'no-such-file']).finished;
    expect(lastLine(output)).toBe('0 passed, 1 failed');
    expect(code).toBe(1);
  });

  it('says how it is used when it does not understand', async () => {
    const { code, output } = await npmTest(['--only', 'lunch']).finished;
    expect(output).toContain('Steps: format, lint, types, dead-code, tests, protocol, build, desktop');
    expect(lastLine(output)).toBe('0 passed, 1 failed');
    expect(code).toBe(1);
  });

  /** A tool that starts another process, as test runners do, and then does as told. */
  const withWorker = (then: string): string => `const { spawn } = require('child_process');
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
require('fs').writeFileSync('worker', String(child.pid));
${then}`;
  const workerIsAlive = (): boolean =>
    isAlive(Number(fs.readFileSync(path.join(checkout.folder, 'worker'), 'utf8')));

  it('ends everything when the time is up, and says what was running', async () => {
    tool('vitest', withWorker('setInterval(() => {}, 1000);'));
    const { code, output } = await npmTest(['--only', 'unit,build'], { CLAWTRAY_TEST_MINUTES: '0.02' })
      .finished;
    expect(output).toContain('still running: tests.');
    expect(output).toMatch(/build .*0 passed, 1 failed \(not run\)/);
    expect(lastLine(output)).toBe('0 passed, 2 failed');
    expect(code).toBe(1);
    expect(workerIsAlive()).toBe(false);
  });

  it('ends everything on a signal, even what does not want to end', { timeout: 20_000 }, async () => {
    tool(
      'vitest',
      withWorker("process.on('SIGTERM', () => {}); console.log('hanging'); setInterval(() => {}, 1000);"),
    );
    const running = npmTest(['--only', 'unit']);
    await running.says('hanging');
    running.child.kill('SIGTERM');
    const { code, output } = await running.finished;
    expect(output).toContain('Stopped by SIGTERM; was running: tests.');
    expect(lastLine(output)).toBe('0 passed, 1 failed');
    expect(code).toBe(1);
    expect(workerIsAlive()).toBe(false);
  });

  it('does not wait for what a step left running', async () => {
    tool('eslint', withWorker('process.exit(0);'));
    const { code } = await npmTest(['--only', 'lint,unit']).finished;
    expect(code).toBe(0);
    expect(workerIsAlive()).toBe(false);
  });
});
