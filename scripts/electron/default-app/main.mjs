// The app inside the fallback runtime that starts other apps: makes `electron [switches] <path> [arguments]` behave
// as in a stock distribution, whose own default app the runtime's package does not contain.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { app as publicApp } from 'electron';

/**
 * Two functions that Electron has for its own default app only, and does not document.
 * @typedef {{ setVersion: (version: string) => void, setAppPath: (folder: string) => void }} Internal
 */
const app = /** @type {typeof publicApp & Internal} */ (publicApp);

const usage = `Usage: electron [switches] <path> [arguments]

<path> is a folder with a package.json, a folder with an index.js, or a JavaScript file.

  -r, --require <module>  load a module first (may be repeated)
  -v, --version           print Electron's version
  -a, --abi               print the version of Node's module interface`;

/** What comes before the path is for Electron; everything from the path on belongs to the app. */
function parse(/** @type {string[]} */ args) {
  const parsed = { path: '', modules: /** @type {string[]} */ ([]), version: false, abi: false };
  for (let i = 0; i < args.length; i += 1) {
    const argument = args[i] ?? '';
    if (argument === '-v' || argument === '--version') parsed.version = true;
    else if (argument === '-a' || argument === '--abi') parsed.abi = true;
    else if (argument === '-r' || argument === '--require') parsed.modules.push(args[(i += 1)] ?? '');
    else if (argument.startsWith('--app=')) return { ...parsed, path: argument.slice('--app='.length) };
    else if (!argument.startsWith('-')) return { ...parsed, path: argument };
  }
  return parsed;
}

/**
 * What package.json says about the app, told to Electron before the app's first line runs.
 * @param {string} folder
 */
function introduce(folder) {
  const file = path.join(folder, 'package.json');
  if (!fs.existsSync(file)) return false;
  const manifest = JSON.parse(fs.readFileSync(file, 'utf8'));
  if (manifest.version) app.setVersion(manifest.version);
  const name = manifest.productName || manifest.name;
  if (name) app.name = name;
  if (process.platform === 'linux') app.setDesktopName(manifest.desktopName || `${app.name}.desktop`);
  if (manifest.v8Flags) setFlagsFromString(manifest.v8Flags);
  return true;
}

/** @param {string} target */
function find(target) {
  try {
    // The CommonJS resolver, because it is the one that honours "main", index.js and missing extensions.
    return createRequire(import.meta.url).resolve(target);
  } catch {
    console.error(`Unable to find an Electron app at ${target}`);
    return process.exit(1);
  }
}

/** @param {string} named */
async function start(named) {
  const target = path.resolve(named);
  const isFolder = introduce(target);
  const entry = find(target);
  app.setAppPath(isFolder ? target : path.dirname(entry));
  Object.defineProperty(process, 'defaultApp', { configurable: false, enumerable: true, value: true });
  // Electron holds back `ready` until this settles, so an app may register for it at any point while it loads.
  await import(pathToFileURL(entry).href);
}

const wanted = parse(process.argv.slice(1));
try {
  // Relative names are looked up from where the person stands, as Node's own -r does.
  const fromHere = createRequire(path.join(process.cwd(), 'electron'));
  for (const name of wanted.modules) fromHere(name);
  if (wanted.version) {
    console.log(`v${process.versions.electron}`);
    process.exit(0);
  } else if (wanted.abi) {
    console.log(process.versions.modules);
    process.exit(0);
  } else if (wanted.path === '') {
    console.error(usage);
    process.exit(1);
  } else {
    await start(wanted.path);
  }
} catch (error) {
  console.error('App threw an error during load');
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exit(1);
}
