// Owns `npm start`: builds if needed, then runs the tray app, or the gateway alone where no window could be shown.
// Arguments after `--` are passed on.
import { ensureBuild } from './lib/build.mjs';
import { hasDisplay } from './lib/display.mjs';
import { runApp, runGateway } from './lib/launch.mjs';
import { root } from './lib/paths.mjs';
import { resolveElectron } from './electron/resolve.mjs';

const args = process.argv.slice(2);
try {
  await ensureBuild(root);
  if (hasDisplay()) {
    const { executable } = await resolveElectron({ log: console.log });
    process.exitCode = await runApp(executable, args);
  } else {
    console.log(
      'No display (neither DISPLAY nor WAYLAND_DISPLAY is set): starting the gateway without the tray app.',
    );
    process.exitCode = await runGateway(args);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
