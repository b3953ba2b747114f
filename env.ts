/**
 * Puts the secrets of the project into the environment of the process, before anything else runs.
 * Import it for its effect, by the runtime's flag:
 *
 * ```sh
 * deno run --preload npm:@keychain-auth/client/env main.ts
 * bun --preload @keychain-auth/client/env main.ts
 * node --import @keychain-auth/client/env main.js
 * ```
 *
 * It follows the rules of `kca run`: the nearest `kca.json` in the repository, or `KCA_PROJECT`;
 * used only after `kca allow`; the profile of `KCA_PROFILE`, else the project's default;
 * `KCA_SOURCE=env` asks no daemon. A stored secret overrides an existing variable, which overrides
 * a default. When secrets are missing, the process ends with an error that names all of them.
 *
 * It needs FFI: Deno with `--allow-ffi`, Bun, or Node 26. Elsewhere start the program with
 * `kca run -- node main.js`.
 *
 * @example
 * ```ts ignore
 * import "@keychain-auth/client/env";
 *
 * console.log(process.env.DATABASE_URL !== undefined); // true
 * ```
 *
 * @module
 */

import { loadEnv } from "./project/load_env.ts";

loadEnv();
