// Owns `npm run gateway`: builds if needed, then runs the gateway alone. Arguments after `--` are passed on, such as
// `npm run gateway -- --port 18800 --token secret`.
import { ensureBuild } from './lib/build.mjs';
import { runGateway } from './lib/launch.mjs';
import { root } from './lib/paths.mjs';

try {
  await ensureBuild(root);
  process.exitCode = await runGateway(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
