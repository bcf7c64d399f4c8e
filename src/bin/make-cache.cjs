/** Build step: `node make-cache.cjs BUNDLE WORDS...` runs the command once and keeps what V8 compiled for it. */
'use strict';
const { writeFileSync } = require('fs');
const { cacheFile, run } = require('./cached-script.cjs');

const [node, , bundle, ...words] = process.argv;
process.argv = [node, bundle, ...words];
const script = run(bundle);
process.on('exit', () => writeFileSync(cacheFile(bundle), script.createCachedData()));
