#!/usr/bin/env node
/**
 * A command: runs the bundle of this file's name with V8's code cache beside it, if that was made by this very node:
 * start-up is most of what a command costs. Without a usable cache the bundle is compiled as usual. Copied to dist/bin
 * once for each command that has to start fast, where build.sh has made each bundle one function expression.
 */
'use strict';
const { readFileSync } = require('fs');
const { Script } = require('vm');

function readCache(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

const bundle = __filename.replace(/\.js$/, '.bundle.js');
// esbuild writes ASCII; read as Latin-1 it is not copied once more
const script = new Script(readFileSync(bundle, 'latin1'), {
  filename: bundle,
  cachedData: readCache(`${bundle}.cache`),
});
const bundled = { exports: {} };
script.runInThisContext()(bundled.exports, require, bundled, bundle, __dirname);
module.exports = { bundle, script };
