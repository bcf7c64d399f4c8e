#!/bin/sh
# Builds dist/: the compiled tree for tests, the bundles that are run, and code caches for this machine's node.
set -eu
cd "$(dirname "$0")/../.."
out=dist/bin

tsc -p .
rm -rf "$out"
esbuild --log-level=warning --bundle --minify-whitespace --minify-syntax \
	--platform=node --target=node20 --format=cjs --supported:dynamic-import=false \
	--alias:debug=./src/bin/shims/debug.cjs --alias:assert=./src/bin/shims/assert.cjs \
	--external:./package-options.js --external:koffi --external:ffi-napi --external:@2060.io/ref-napi \
	--outdir="$out" src/bin/*.ts

# a command that has to start fast: its bundle as a function expression for the launcher to run
for command in ifconfig-l2tp brconfig-l2tp; do
	{
		printf '(function(exports,require,module,__filename,__dirname){'
		sed '1{/^#!/d;}' "$out/$command.js"
		printf '})'
	} >"$out/$command.bundle.js"
	cp src/bin/launcher.cjs "$out/$command.js"
done
chmod +x "$out"/*.js
# without a cache the commands only start more slowly
node src/bin/make-cache.cjs "$PWD/$out/ifconfig-l2tp.js" lo >/dev/null 2>&1 || true
node src/bin/make-cache.cjs "$PWD/$out/brconfig-l2tp.js" -a >/dev/null 2>&1 || true
