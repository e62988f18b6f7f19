import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { LICENCES_FILE, writeLicences } from '../../../scripts/lib/licences.mjs';
import { temporaryFolder, write } from './temporary.ts';

/** A checkout with one bundle, made of these modules, and one package that is shipped as it is. */
function checkout(sources: readonly (string | null)[]): { root: string; dist: string; told: () => string } {
  const root = temporaryFolder();
  const dist = path.join(root, 'dist');
  write(path.join(dist, 'main', 'chunks', 'a.mjs.map'), JSON.stringify({ sources }));
  const packages = { '': {}, 'node_modules/native': {}, 'node_modules/tester': { dev: true } };
  write(path.join(root, 'package-lock.json'), JSON.stringify({ packages }));
  const one = (place: string, manifest: object, files: Record<string, string> = {}): void => {
    const folder = path.join(root, 'node_modules', place);
    write(path.join(folder, 'package.json'), JSON.stringify(manifest));
    for (const [name, text] of Object.entries(files)) write(path.join(folder, name), text);
  };
  one('native', { name: 'native', version: '1.0.0', license: 'MIT' }, { LICENSE: 'Copyright Nat' });
  one('tester', { name: 'tester', version: '1.0.0', license: 'MIT' }, { LICENSE: 'Copyright Tess' });
  one(
    '@scope/lib',
    { name: '@scope/lib', version: '2.0.0', license: 'Apache-2.0' },
    {
      'LICENSE.md': 'Copyright Lib',
      NOTICE: 'Lib was made with love',
      'license.js': 'not a text',
    },
  );
  one('@scope/lib/node_modules/inner', { name: 'inner', version: '3.0.0', licenses: [{ type: 'ISC' }] });
  one('secret', { name: 'secret', version: '4.0.0' });
  return { root, dist, told: () => fs.readFileSync(path.join(dist, LICENCES_FILE), 'utf8') };
}

describe('the licences of others', () => {
  it('name what was bundled and what is installed, once each, with their texts', () => {
    const { root, dist, told } = checkout([
      '../../../src-main/main.ts',
      '../../../node_modules/@scope/lib/a.js',
      '../../../node_modules/@scope/lib/b.js',
      '../../../node_modules/@scope/lib/node_modules/inner/index.js',
      '\0virtual',
      null,
    ]);
    expect(writeLicences(root, dist)).toBe(3);
    const text = told();
    expect(text).toContain(
      '@scope/lib 2.0.0\nLicence: Apache-2.0\n\nCopyright Lib\n\nLib was made with love\n',
    );
    expect(text).toContain('inner 3.0.0\nLicence: ISC\n\nThe package has no text of its licence.');
    expect(text).toContain('native 1.0.0\nLicence: MIT\n\nCopyright Nat');
    expect(text).not.toMatch(/tester|Tess|not a text/);
  });

  it('stop the build when one is not known', () => {
    const { root, dist } = checkout(['../../../node_modules/secret/index.js']);
    expect(() => writeLicences(root, dist)).toThrow('The licence of secret 4.0.0 is not known');
  });
});
