// Every example of docs/client.md, as a program of its own that uses the built package against a real gateway. It must
// fit the package's types and print what the documentation says.

import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSdk } from '../../scripts/lib/sdk.mjs';
import { VERSION } from '../../src-main/shared/brand.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');
/** A project that has the package installed. Inside this one, so that it finds the types of Node. */
const cache = path.join(root, 'node_modules/.cache');
mkdirSync(cache, { recursive: true });
const project = mkdtempSync(path.join(cache, 'client-docs-'));
const installed = path.join(project, 'node_modules/clawtray');

interface Example {
  readonly name: string;
  readonly code: string;
  readonly prints: string;
  readonly inBrowser: boolean;
}

const EXAMPLES = examplesOf(readFileSync(path.join(root, 'docs/client.md'), 'utf8'));

function examplesOf(text: string): readonly Example[] {
  const blocks = [...text.matchAll(/^```ts\n([^]*?)^```\n(?:\n```text\n([^]*?)^```)?/gm)];
  return blocks.map(([, code = '', prints], index) => {
    if (prints === undefined) throw new Error(`example ${index} does not say what it prints:\n${code}`);
    return { name: `example-${index}`, code, prints, inBrowser: /\bfetch\(/.test(code) };
  });
}

beforeAll(async () => {
  mkdirSync(installed, { recursive: true });
  await buildSdk({
    root,
    outDir: path.join(installed, 'dist/sdk'),
    define: { __CLAWTRAY_VERSION__: JSON.stringify(VERSION) },
  });
  cpSync(path.join(root, 'package.json'), path.join(installed, 'package.json'));
  writeFileSync(path.join(project, 'package.json'), '{ "type": "module" }');
  for (const { name, code } of EXAMPLES) writeFileSync(path.join(project, `${name}.ts`), code);
}, 60_000);

afterAll(() => {
  rmSync(project, { recursive: true, force: true, maxRetries: 5 });
});

test('there is an example for every class', () => {
  const all = EXAMPLES.map(({ code }) => code).join('\n');
  for (const name of [
    'new GatewayClient',
    'new CallManager',
    'new OpenClawClient',
    'getOpenClawClient()',
    'getBrowserGatewayClient()',
  ])
    expect(all).toContain(name);
});

test('the module for pages imports nothing', () => {
  const module = readFileSync(path.join(installed, 'dist/sdk/browser.mjs'), 'utf8');
  const { importedFiles } = ts.preProcessFile(module);
  expect(importedFiles).toEqual([]);
  expect(module).toContain('BrowserGatewayClient');
});

test('the examples fit the types of the package, as a program elsewhere sees them', () => {
  const files = EXAMPLES.map(({ name }) => path.join(project, `${name}.ts`));
  const program = ts.createProgram(files, {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    types: ['node'],
  });
  const host = { getCanonicalFileName: String, getCurrentDirectory: () => root, getNewLine: () => '\n' };
  expect(ts.formatDiagnostics(ts.getPreEmitDiagnostics(program), host)).toBe('');
}, 60_000);

describe('running', () => {
  test.each(EXAMPLES)(
    '$name prints what the documentation says',
    async ({ name, code, prints, inBrowser }) => {
      const gateway = await startGateway();
      const file = path.join(project, `${name}.mjs`);
      writeFileSync(file, toJavaScript(code, gateway));
      writeConfig(gateway);
      const page = new URL('../fakes/browser-page.mjs', import.meta.url).href;
      const { stdout, stderr } = await run(
        process.execPath,
        [...(inBrowser ? ['--import', page] : []), file],
        {
          cwd: project,
          env: {
            ...process.env,
            OPENCLAW_GATEWAY_URL: `${gateway.url}/ws`,
            OPENCLAW_AUTH_TOKEN: gateway.token,
            PAGE_ORIGIN: gateway.url.replace('ws', 'http'),
            PAGE_PROMPT: gateway.token,
          },
          timeout: 15_000,
        },
      );
      expect(stdout).toBe(prints);
      expect(stderr).toBe('');
    },
  );
});

/** The gateway of the test is not on the well-known port. */
function toJavaScript(code: string, gateway: TestGateway): string {
  const here = code
    .replaceAll('ws://127.0.0.1:18789', gateway.url)
    .replace('new GatewayClient({ token', `new GatewayClient({ url: '${gateway.url}', token`);
  const { outputText } = ts.transpileModule(here, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  return outputText;
}

function writeConfig({ url, token }: TestGateway): void {
  writeFileSync(path.join(project, 'config.yaml'), JSON.stringify({ gateway: { url, token } }));
}
