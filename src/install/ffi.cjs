/**
 * Install script: has ffi-napi built on NetBSD, where its own build fails. `node ffi.cjs [preinstall | postinstall]`.
 *
 * During an install elsewhere it does nothing. "On NetBSD" is what gyp would say: OS in GYP_DEFINES, else the host's.
 *
 * - preinstall: npm runs those of all packages before the first install script. Where this package is a dependency,
 *   ffi-napi is unpacked by then but not built, and gets what it lacks.
 * - postinstall: where this package is the project itself, npm runs its scripts when all else is over; the optional
 *   ffi-napi has failed to build and is gone. It is brought back without scripts, gets what it lacks, and is built.
 * - without a word, by hand, on any host: what is installed is built, if npm's rules for install scripts left that undone.
 *
 * An install never fails for it: ffi-napi is optional, and the commands say when they miss it.
 */
'use strict';
const { spawnSync } = require('child_process');
const { existsSync, readdirSync } = require('fs');
const { delimiter, dirname, join } = require('path');
const { supply } = require('./supply-ffi.cjs');

const packageRoot = dirname(dirname(__dirname));
const packages = ['@2060.io/ref-napi', 'ffi-napi'];

function forNetbsd() {
  const defined = /(?:^|\s)OS=["']?(\w+)/.exec(process.env.GYP_DEFINES ?? '');
  return (defined ? defined[1] : process.platform) === 'netbsd';
}

/** Where a package is installed, as node would find it from here; undefined if it is not. */
function directoryOf(name) {
  for (let directory = packageRoot; ; directory = dirname(directory)) {
    const candidate = join(directory, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (dirname(directory) === directory) return undefined;
  }
}

/** In a process of its own: what is loaded stays loaded, and a broken build may end the process. */
function loads(directory) {
  const script = 'require(process.argv[1])';
  return spawnSync(process.execPath, ['-e', script, directory], { stdio: 'ignore' }).status === 0;
}

/** pkgsrc's Python is called python3.13 or the like alone, and node-gyp looks for python3; undefined if that is there. */
function versionedPython() {
  const directories = (process.env.PATH ?? '').split(delimiter).filter((directory) => existsSync(directory));
  if (directories.some((directory) => existsSync(join(directory, 'python3')))) return undefined;
  const found = directories.flatMap((directory) =>
    readdirSync(directory)
      .filter((name) => /^python3\.\d+$/.test(name))
      .map((name) => ({ path: join(directory, name), minor: Number(name.split('.')[1]) })),
  );
  return found.sort((left, right) => right.minor - left.minor)[0]?.path;
}

/** Runs npm as it runs now, or that of PATH. The headers beside this node, if any, are those to build with. */
function npm(directory, ...words) {
  const { npm_execpath: running, npm_config_nodedir: configured } = process.env;
  const prefix = dirname(dirname(process.execPath));
  const nodedir =
    configured ?? (existsSync(join(prefix, 'include', 'node', 'common.gypi')) ? prefix : undefined);
  const python = process.env.PYTHON ?? versionedPython();
  const [command, ...first] = running ? [process.execPath, running] : ['npm'];
  const { status, error } = spawnSync(command, [...first, '--prefix', directory, ...words], {
    cwd: directory,
    stdio: 'inherit',
    env: {
      ...process.env,
      ...(nodedir && { npm_config_nodedir: nodedir }),
      ...(python && { PYTHON: python }),
    },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`npm ${words.join(' ')}: exit status ${status}`);
}

/** Whether npm installs this package as the project, not as somebody's dependency. */
function isProject() {
  return process.env.npm_config_local_prefix === packageRoot && process.env.npm_config_global !== 'true';
}

const isWanted = () => !(process.env.npm_config_omit ?? '').split(/\s+/).includes('optional');

/** Supplies and builds what is installed and does not load. */
function build() {
  for (const name of packages) {
    const directory = directoryOf(name);
    if (!directory) throw new Error(`${name} is not installed`);
    if (loads(directory)) continue;
    if (name === 'ffi-napi' && forNetbsd()) supply(directory);
    npm(directory, 'run', 'install');
    if (!loads(directory)) throw new Error(`${name} was built, but does not load`);
  }
}

function preinstall() {
  const directory = directoryOf('ffi-napi');
  if (directory) supply(directory);
}

function postinstall() {
  if (!isWanted()) return;
  if (isProject()) {
    if (!packages.every(directoryOf))
      npm(packageRoot, 'install', '--ignore-scripts', '--no-save', '--no-audit', '--no-fund');
    build();
  } else {
    // a dependency's failed build is npm's to remove, when all scripts have run
    const directory = directoryOf('ffi-napi');
    if (!directory || !loads(directory)) throw new Error('its build failed');
  }
}

const byPhase = { preinstall, postinstall };

/** Exit status. */
function main([phase]) {
  if (byPhase[phase] && !forNetbsd()) return 0;
  try {
    (byPhase[phase] ?? build)();
    return 0;
  } catch (error) {
    console.error(
      `ifconfig-l2tp: ffi-napi is missing, which is the way to NetBSD's kernel: ${error.message}\n` +
        `ifconfig-l2tp: with a C++ compiler, gmake and python, try: node ${__filename}`,
    );
    return byPhase[phase] ? 0 : 1;
  }
}

process.exitCode = main(process.argv.slice(2));
