// Packs the app into a folder that starts (out/linux-unpacked and the like), with whichever Electron this machine has.
import { buildPackages } from './package/electron-builder.mjs';

await buildPackages(['--dir', ...process.argv.slice(2)]);
