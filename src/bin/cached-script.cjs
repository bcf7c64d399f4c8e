/**
 * Runs a command's bundle with V8's code cache beside it, if that was made by this very node: start-up is most of what
 * a command costs. Without a usable cache the bundle is compiled as usual.
 */
'use strict';
const { readFileSync } = require('fs');
const { createRequire } = require('module');
const { dirname } = require('path');
const { Script } = require('vm');

const cacheFile = (bundle) => `${bundle}.cache`;

function readCache(bundle) {
  try {
    return readFileSync(cacheFile(bundle));
  } catch {
    return undefined;
  }
}

/** Runs the bundle as a CommonJS module; returns its compiled script. */
function run(bundle) {
  const source = readFileSync(bundle, 'utf8').replace(/^#!.*/, '');
  const script = new Script(`(function(exports,require,module,__filename,__dirname){${source}\n})`, {
    filename: bundle,
    cachedData: readCache(bundle),
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(bundle), module, bundle, dirname(bundle));
  return script;
}

module.exports = { cacheFile, run };
