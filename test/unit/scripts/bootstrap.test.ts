import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isAtLeast, minimumOf, nodeVersionProblem } from '../../../scripts/lib/node-version.mjs';
import { type Checkout, makeCheckout } from './checkout.ts';
import { cleanEnvironment, type Finished, run } from './processes.ts';
import { program } from './temporary.ts';

function bootstrap(checkout: Checkout, purpose: string, extra: NodeJS.ProcessEnv = {}): Promise<Finished> {
  const env = cleanEnvironment({ npm_execpath: checkout.npm, DISPLAY: '', WAYLAND_DISPLAY: '', ...extra });
  const args = [checkout.script('bootstrap.mjs'), '--for', purpose];
  return run(process.execPath, args, { cwd: checkout.folder, env });
}

describe('bootstrap', () => {
  it('installs the packages once', async () => {
    const checkout = makeCheckout();

    const first = await bootstrap(checkout, 'gateway');
    expect(first).toMatchObject({ code: 0 });
    expect(first.output).toContain('Installing packages with npm ci');
    expect(checkout.calls('npm')).toMatch(/^ci --include=dev .*\n$/);

    expect(await bootstrap(checkout, 'build')).toEqual({ code: 0, output: '' });
    expect(checkout.calls('npm').split('\n')).toHaveLength(2);
    expect(fs.readdirSync(checkout.folder).filter((name) => name.includes('lock'))).toEqual([
      'package-lock.json',
    ]);
  });

  it('installs once when two commands start at the same time', async () => {
    const checkout = makeCheckout();
    const both = await Promise.all([bootstrap(checkout, 'gateway'), bootstrap(checkout, 'build')]);

    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(checkout.calls('npm').trim().split('\n')).toHaveLength(1);
  });

  it('says what failed and ends with an error when npm does, and tries again next time', async () => {
    const checkout = makeCheckout();
    const failed = await bootstrap(checkout, 'gateway', { FAKE_NPM_FAILS: '1' });

    expect(failed.code).toBe(1);
    expect(failed.output).toMatch(/npm ci failed \(exit code 7\).*npm ping/s);
    expect(failed.output).not.toContain('    at '); // no stack trace
    expect((await bootstrap(checkout, 'gateway')).code).toBe(0);
  });

  it('does not look for Electron to start without a display', async () => {
    const checkout = makeCheckout();
    const result = await bootstrap(checkout, 'start', { CLAWTRAY_ELECTRON: '/nowhere' });

    expect(result.code).toBe(0);
    expect(result.output).not.toContain('Electron');
  });

  it('looks for Electron to start with a display, and says that the gateway needs none', async () => {
    const checkout = makeCheckout();
    const env = { CLAWTRAY_ELECTRON: '/nowhere', DISPLAY: ':99' };
    const result = await bootstrap(checkout, 'start', env);

    expect(result.code).toBe(1);
    expect(result.output).toMatch(/CLAWTRAY_ELECTRON is set to \/nowhere.*npm run gateway/s);
  });

  it('names the Electron that it found', async () => {
    const checkout = makeCheckout();
    const electron = program(path.join(checkout.folder, 'my-electron'), 'echo 40.0.0');
    const result = await bootstrap(checkout, 'start', { CLAWTRAY_ELECTRON: electron, DISPLAY: ':99' });

    expect(result.code).toBe(0);
    expect(result.output).toContain(`Electron 40.0.0: ${electron}`);
  });

  it('refuses an old Node before anything else', async () => {
    const checkout = makeCheckout('>=99.1.0');
    const result = await bootstrap(checkout, 'gateway');

    expect(result.code).toBe(1);
    expect(result.output).toContain(`Clawtray needs Node 99.1.0 or newer; this is ${process.version}.`);
    expect(checkout.calls('npm')).toBe('');
  });

  it('refuses a purpose that it does not know', async () => {
    const result = await bootstrap(makeCheckout(), 'lunch');
    expect(result).toMatchObject({ code: 1 });
    expect(result.output).toContain('Usage:');
  });
});

describe('the Node version', () => {
  it.each([
    ['v20.18.0', '20.18.0', true],
    ['v20.17.9', '20.18.0', false],
    ['v20.19.0', '20.18.5', true],
    ['v9.99.99', '20.18.0', false],
    ['v100.0.0', '20.18.0', true],
    ['v20.18.1', '20.18', true],
  ])('%s against %s', (version, minimum, expected) => {
    expect(isAtLeast(version, minimum)).toBe(expected);
  });

  it('is read from ranges as package.json has them', () => {
    expect(minimumOf('>=20.18.0')).toBe('20.18.0');
    expect(minimumOf('^20.19.0 || >=22.12.0')).toBe('20.19.0');
    expect(minimumOf('>=22')).toBe('22');
    expect(() => minimumOf('*')).toThrow();
  });

  it('is a problem only when it is too old', () => {
    expect(nodeVersionProblem('v20.18.0', '>=20.18.0')).toBeNull();
    expect(nodeVersionProblem('v18.0.0', '>=20.18.0')).toContain('20.18.0 or newer');
  });
});
