import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { buildIsCurrent, ensureBuild } from '../../../scripts/lib/build.mjs';
import { electronArguments } from '../../../scripts/lib/launch.mjs';
import { type Checkout, makeCheckout } from './checkout.ts';
import { cleanEnvironment, type Running, start } from './processes.ts';
import { program, temporaryFolder, write } from './temporary.ts';

describe('Electron’s arguments', () => {
  const linux = { env: { DISPLAY: ':0' }, platform: 'linux', userId: 1000 } as const;

  it('keep the sandbox for everybody but root', () => {
    expect(electronArguments(linux, [])).toEqual(['.']);
    expect(electronArguments({ ...linux, userId: 0 }, [])).toEqual(['--no-sandbox', '.']);
    expect(electronArguments({ env: {}, platform: 'win32', userId: undefined }, [])).toEqual(['.']);
  });

  it('ask for Wayland only where there is no X11', () => {
    const env = { WAYLAND_DISPLAY: 'wayland-0' };
    expect(electronArguments({ ...linux, env }, [])).toEqual(['--ozone-platform-hint=auto', '.']);
    expect(electronArguments({ ...linux, env: { ...env, DISPLAY: ':0' } }, [])).toEqual(['.']);
  });

  it('end with what the person passed', () => {
    expect(electronArguments(linux, ['--hidden', 'x'])).toEqual(['.', '--hidden', 'x']);
  });
});

describe('the build', () => {
  const outputs = [
    'main/main.mjs',
    'cli/cli.mjs',
    'preload/preload.cjs',
    'renderer/index.html',
    'sdk/node.mjs',
    'THIRD-PARTY-LICENSES.txt',
  ];
  let root: string;
  const at = (name: string, second: number): void => {
    const file = path.join(root, name);
    if (!fs.existsSync(file)) write(file, '');
    fs.utimesSync(file, second, second);
  };

  beforeEach(() => {
    root = temporaryFolder();
    at('src-main/gateway/gateway.ts', 1000);
    for (const folder of ['src-main/gateway', 'src-main']) at(folder, 1000);
    at('package.json', 1000);
    for (const output of outputs) at(`dist/${output}`, 2000);
  });

  it('is current when every output is newer than every source', () => {
    expect(buildIsCurrent(root)).toBe(true);
  });

  it.each([
    ['a source changed', () => at('src-main/gateway/gateway.ts', 3000)],
    ['a source was deleted', () => at('src-main/gateway', 3000)],
    ['package.json changed', () => at('package.json', 3000)],
    ['the build script changed', () => at('scripts/build.mjs', 3000)],
    ['one bundle is old', () => at('dist/cli/cli.mjs', 500)],
    ['one bundle is missing', () => fs.rmSync(path.join(root, 'dist/renderer/index.html'))],
  ])('is not current when %s', (_what, change) => {
    change();
    expect(buildIsCurrent(root)).toBe(false);
  });

  it('runs once for two commands at the same time', async () => {
    fs.rmSync(path.join(root, 'dist'), { recursive: true });
    let builds = 0;
    const build = async (): Promise<number> => {
      builds += 1;
      for (const output of outputs) at(`dist/${output}`, 2000);
      return 0;
    };
    await Promise.all([ensureBuild(root, build), ensureBuild(root, build)]);
    expect(builds).toBe(1);
  });

  it('is an error when it fails', async () => {
    at('package.json', 3000);
    await expect(ensureBuild(root, () => Promise.resolve(2))).rejects.toThrow('build failed (exit code 2)');
  });
});

describe('npm start and npm run gateway', () => {
  let checkout: Checkout;
  const script = (name: string, args: string[], extra: NodeJS.ProcessEnv = {}): Running => {
    const env = cleanEnvironment({ DISPLAY: '', WAYLAND_DISPLAY: '', ...extra });
    return start(process.execPath, [checkout.script(name), ...args], { cwd: checkout.folder, env });
  };

  beforeEach(() => {
    checkout = makeCheckout();
  });

  it('build when needed, then run the gateway with the person’s arguments', async () => {
    const first = await script('gateway.mjs', ['--port', '18800', '--token', 'T']).finished;
    expect(first).toEqual({ code: 0, output: 'cli gateway --port 18800 --token T\n' });
    await script('gateway.mjs', []).finished;
    expect(checkout.calls('build')).toBe('x');
  });

  it('start the gateway alone without a display, and say so', async () => {
    const { code, output } = await script('start.mjs', ['--port', '0']).finished;
    expect(code).toBe(0);
    expect(output).toMatch(
      /^No display .* starting the gateway without the tray app\.\ncli gateway --port 0\n$/,
    );
  });

  it('pass signals on and end as the gateway ends', async () => {
    const gateway = script('gateway.mjs', ['--stay']);
    await gateway.says('cli gateway --stay');
    gateway.child.kill('SIGTERM');
    expect(await gateway.finished).toMatchObject({ code: 9 });
    expect((await gateway.finished).output).toContain('asked to stop');
  });

  it('start Electron in the checkout with a display, as an app and not as Node', async () => {
    const electron = program(
      path.join(checkout.folder, 'my-electron'),
      'if [ "$1" = -p ]; then echo 40.0.0; else echo "electron $@ in $PWD, node: $ELECTRON_RUN_AS_NODE"; exit 5; fi',
    );
    const env = { CLAWTRAY_ELECTRON: electron, DISPLAY: ':99', ELECTRON_RUN_AS_NODE: '1' };
    const { code, output } = await script('start.mjs', ['--hidden'], env).finished;

    const sandbox = process.getuid?.() === 0 ? '--no-sandbox ' : '';
    expect(output).toBe(`electron ${sandbox}. --hidden in ${checkout.folder}, node: \n`);
    expect(code).toBe(5);
  });

  it('end with a message when the build fails', async () => {
    const { code, output } = await script('start.mjs', [], { FAKE_BUILD_FAILS: '1' }).finished;
    expect(code).toBe(1);
    expect(output).toContain('The build failed (exit code 3)');
    expect(output).not.toContain('    at ');
  });
});
