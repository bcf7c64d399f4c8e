/** The package's own options in a bundle of their own, so that a command without them does not read commander. */
export * from '../cli/package-options';
