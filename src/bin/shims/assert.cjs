/** In the commands' bundles in the place of node:assert, which costs start-up time; ref-struct-di checks its types with it. */
const assert = (value, message) => {
  if (!value) throw new Error(message);
};
assert.equal = (actual, expected, message) => assert(actual == expected, message);
module.exports = assert;
