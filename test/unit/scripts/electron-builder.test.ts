import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from '../../../scripts/lib/paths.mjs';

/** electron-builder's own check, by its own schema, without building anything. */
const require = createRequire(path.join(root, 'node_modules', 'electron-builder', 'package.json'));
const { validateConfiguration } = require('app-builder-lib/out/util/config/config.js') as {
  validateConfiguration: (config: unknown, log: { isEnabled: boolean }) => Promise<void>;
};
const check = (config: unknown): Promise<void> => validateConfiguration(config, { isEnabled: false });

const read = (): Record<string, unknown> =>
  parse(fs.readFileSync(path.join(root, 'electron-builder.yml'), 'utf8')) as Record<string, unknown>;

it('the packages of all systems are configured as electron-builder’s schema has it', async () => {
  await check(read());
  await check({ ...read(), publish: { provider: 'generic', url: 'https://updates.example' } });
});

it.each(['mac', 'dmg', 'win', 'nsis', 'linux', 'deb', 'rpm', 'pacman', 'appImage'])(
  'a mistake in the part for %s is noticed',
  async (part) => {
    const config = read();
    const wrong = { ...config, [part]: { ...(config[part] as object | undefined), noSuchOption: true } };
    await expect(check(wrong)).rejects.toThrow(`configuration.${part}`);
  },
);

it('everything that the configuration names is there', () => {
  const { mac, win, linux, afterPack } = read() as Record<string, { icon?: string }> & { afterPack: string };
  for (const file of [mac?.icon, win?.icon, linux?.icon, afterPack])
    expect(fs.existsSync(path.join(root, file ?? 'nothing')), file).toBe(true);
});
