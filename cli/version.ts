/** The version of the package, which a test compares with the manifests. */
export const VERSION = "0.2.0";
