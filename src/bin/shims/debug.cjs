/** In the commands' bundles in the place of the package debug, with which ref-struct-di traces itself. */
module.exports = () => () => undefined;
