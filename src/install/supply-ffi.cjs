/**
 * What the build of ffi-napi lacks on NetBSD, written into its installed copy: libffi's configuration headers, which it
 * has for other systems, and the assembler file of 64-bit ARM, which its build file names for Linux and macOS alone.
 */
'use strict';
const { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } = require('fs');
const { join } = require('path');

/**
 * Whose configuration is taken, by node's name of the processor. FreeBSD's says what is true of NetBSD too: no
 * <alloca.h>, DWARF unwind tables, ELF. Where FreeBSD has none, Linux's is taken with `edits`.
 */
const configurations = {
  x64: { from: 'freebsd/x64', edits: [] },
  ia32: { from: 'freebsd/ia32', edits: [] },
  arm64: {
    from: 'linux/arm64',
    edits: [['#define HAVE_ALLOCA_H 1', '/* #undef HAVE_ALLOCA_H */']],
  },
};

const assemblerCondition = `['OS=="linux" or OS=="mac"', {
              'sources': [ 'src/aarch64/sysv.S' ]`;
const netbsdToo = assemblerCondition.replace('OS=="mac"', 'OS=="mac" or OS=="netbsd"');

/** Replaces `text` in the file, unless `done` is there already. Throws Error if neither is. */
function edit(file, text, done) {
  const before = readFileSync(file, 'utf8');
  if (before.includes(done)) return;
  if (!before.includes(text)) throw new Error(`${file} is not the file that is known here: no ${text}`);
  writeFileSync(file, before.replace(text, done));
}

/** Makes the ffi-napi in `directory` fit to be built for NetBSD; once or more often. Throws Error if it is another ffi-napi. */
function supply(directory) {
  const libffi = join(directory, 'deps', 'libffi');
  edit(join(libffi, 'libffi.gyp'), assemblerCondition, netbsdToo);
  for (const [architecture, { from, edits }] of Object.entries(configurations)) {
    const to = join(libffi, 'config', 'netbsd', architecture);
    if (existsSync(to)) continue; // the package has learned of NetBSD itself, or this ran before
    mkdirSync(join(libffi, 'config', 'netbsd'), { recursive: true });
    cpSync(join(libffi, 'config', ...from.split('/')), to, { recursive: true });
    for (const [text, done] of edits) edit(join(to, 'fficonfig.h'), text, done);
  }
}

module.exports = { supply };
