/** The part of cross-spawn that the command uses, which its own types leave out. */
declare module "cross-spawn" {
  /** What cross-spawn makes of a command. */
  interface Parsed {
    readonly command: string;
    readonly args: readonly string[];
    /** The file that was found. */
    readonly file?: string;
    readonly options: { readonly windowsVerbatimArguments?: boolean };
  }
  const crossSpawn: {
    _parse(file: string, args: readonly string[], options: { env: object }): Parsed;
  };
  export default crossSpawn;
}
