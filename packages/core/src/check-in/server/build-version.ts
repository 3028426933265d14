/** Of this package, as `package.json` has it; a test holds the two together. */
export const BUILD_VERSION = '0.1.0'
