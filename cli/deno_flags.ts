/**
 * The flags that Deno needs to run this command, which reads more variables than a client.
 *
 * @module
 */

import { endpointVariables } from "../src/client/endpoint.ts";
import { PermissionError } from "../src/errors/unavailable.ts";
import { runtime } from "../src/runtime.ts";

/** Every variable that is read, beginning with those of the endpoint. */
export const VARIABLES: readonly string[] = [
  ...endpointVariables(runtime.system),
  ...["KEYCHAIN_AUTH_SERVICE", "KEYCHAIN_AUTH_DEBUG"],
  ...["KCA_PROJECT", "KCA_PROFILE", "KCA_SOURCE"],
  ...(runtime.system === "linux" ? ["XDG_CONFIG_HOME", "PATH"] : []),
  ...["NO_COLOR", "TERM", "GITHUB_ENV"],
];

/** The flag for all of them. */
export const ENVIRONMENT_FLAG: string = `--allow-env=${VARIABLES.join(",")}`;

/** @returns The error of connecting, with the flag for all variables if any is missing. */
export function forCommand(error: unknown): unknown {
  if (!(error instanceof PermissionError)) return error;
  const sets = error.flags.map((set) => {
    const others = set.filter((flag) => !flag.startsWith("--allow-env"));
    return others.length === set.length ? set : [...others, ENVIRONMENT_FLAG];
  });
  return new PermissionError(error.what, sets, { cause: error.cause, without: error.without });
}
