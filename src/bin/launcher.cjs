#!/usr/bin/env node
/** A command: the bundle of this file's name. Copied to dist/bin once for each command that has to start fast. */
'use strict';
require('./cached-script.cjs').run(__filename.replace(/\.js$/, '.bundle.js'));
