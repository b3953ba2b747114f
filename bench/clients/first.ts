/** The one secret of the scripts that end after it. */

// On Deno the first look at `process` loads what it needs of Node, which would be measured, too.
const runtime = globalThis as unknown as {
  Deno?: { args: string[] };
  process: { argv: string[] };
};

/** The service and the name to read. */
export const [SERVICE, NAME] = ["bench", "API_KEY"];

/** The socket, from the command line. */
export const endpoint: string = (runtime.Deno?.args ?? runtime.process.argv.slice(2))[0];

/** Ends the program with an error when the secret is not right. */
export function check(value: string | undefined): void {
  if (value !== `secret-${NAME}`) throw new Error("The secret is wrong");
}
