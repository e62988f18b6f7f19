// electron-builder's hook: a runtime that was unpacked by hand still has the stock default app, which must not ship.
import { rm } from 'node:fs/promises';
import path from 'node:path';

/** @param {{ appOutDir: string, electronPlatformName: string, packager: { appInfo: { productFilename: string } } }} context */
export default async function afterPack({ appOutDir, electronPlatformName, packager }) {
  const resources =
    electronPlatformName === 'darwin'
      ? path.join(appOutDir, `${packager.appInfo.productFilename}.app`, 'Contents', 'Resources')
      : path.join(appOutDir, 'resources');
  for (const name of ['default_app.asar', 'default_app.sha256'])
    await rm(path.join(resources, name), { force: true });
}
