/** Build step: `node make-cache.cjs COMMAND WORDS...` runs a command once and keeps what V8 compiled for it. */
'use strict';
const { writeFileSync } = require('fs');

const [node, , command, ...words] = process.argv;
process.argv = [node, command, ...words];
const { bundle, script } = require(command);
process.on('exit', () => writeFileSync(`${bundle}.cache`, script.createCachedData()));
