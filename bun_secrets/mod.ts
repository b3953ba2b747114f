/**
 * `Bun.secrets` on the daemon, for Deno, Bun and Node: a program written for Bun needs only its
 * import changed. The difference is who may read: the daemon's policy decides for each program,
 * while Bun's own store gives every secret to every script of the user.
 *
 * A service is a service of the daemon, and a name is a secret in it. For a policy that cannot list
 * all services of a program, `KEYCHAIN_AUTH_BUN_SECRETS_SERVICE` or {@linkcode configure} names one
 * daemon service that holds them all.
 *
 * Importing opens nothing. The first call connects, all calls share that connection, and it does not
 * keep the process alive.
 *
 * @example
 * ```ts
 * import { secrets } from "@keychain-auth/client/bun-secrets";
 *
 * await secrets.set({ service: "my-cli", name: "github-token", value: "t-123" });
 * console.log(await secrets.get({ service: "my-cli", name: "github-token" })); // t-123
 * ```
 *
 * @module
 */

import { closeSharedClient } from "../drop_in/shared_client.ts";
import { type DropInOptions, Vault } from "../drop_in/vault.ts";
import { argumentsOf, argumentsToDelete, argumentsToSet } from "./arguments.ts";
import { argumentError, secretsError } from "./errors.ts";

export type { DropInOptions };

/** Which secret. */
export interface SecretName {
  /** The service or application. */
  service: string;
  /** The name of the secret within the service. */
  name: string;
}

/** Which secret, and its new value. */
export interface SecretEntry extends SecretName {
  /** The value. An empty one deletes the secret. */
  value: string;
  /** Accepted without effect: it concerns the keychain of macOS. */
  allowUnrestrictedAccess?: boolean;
  /** Checked without effect: it concerns the Credential Manager of Windows. */
  persist?: "local" | "enterprise" | undefined;
}

/**
 * What `Bun.secrets` offers. A wrong argument throws a `TypeError` at once, with Bun's message and
 * the code `ERR_INVALID_ARG_TYPE` or `ERR_INVALID_ARG_VALUE`. A failure rejects with an `Error` whose
 * `cause` is the client's error and whose `code` is
 * `ERR_SECRETS_NOT_AVAILABLE` (no daemon can be reached), `ERR_SECRETS_ACCESS_DENIED` (the policy
 * forbids it) or `ERR_SECRETS_PLATFORM_ERROR` (anything else).
 */
export interface Secrets {
  /**
   * Gets a secret: its value, or `null` when there is none. Needs the service in
   * `allowed_read_services`.
   */
  get(options: SecretName): Promise<string | null>;
  /** The same with positional arguments. */
  get(service: string, name: string): Promise<string | null>;
  /**
   * Saves a secret and overwrites an older one. An empty value deletes it. Needs the service in
   * `allowed_write_services`.
   */
  set(options: SecretEntry): Promise<void>;
  /** The same with positional arguments. */
  set(service: string, name: string, value: string): Promise<void>;
  /**
   * Deletes a secret: `true` when there was one, else `false`. Needs the service in
   * `allowed_write_services`; to answer `false` it also needs it in `allowed_read_services`, because
   * the daemon answers a missing name and a failure alike.
   */
  delete(options: SecretName): Promise<boolean>;
  /** The same with positional arguments. Bun requires three and ignores the last. */
  delete(service: string, name: string, value: string): Promise<boolean>;
}

const vault = new Vault("KEYCHAIN_AUTH_BUN_SECRETS_SERVICE", "name");

/** `Bun.secrets` on the daemon. */
export const secrets: Secrets = {
  get(...args: unknown[]): Promise<string | null> {
    if (args.length === 0) throw argumentError("secrets.get requires an options object");
    const { service, name } = argumentsOf(args);
    return run(async () => await vault.get(service, name) ?? null);
  },
  set(...args: unknown[]): Promise<void> {
    const { service, name, value } = argumentsToSet(args);
    return run(async () => {
      if (value === "") await vault.delete(service, name);
      else await vault.set(service, name, value);
    });
  },
  delete(...args: unknown[]): Promise<boolean> {
    if (args.length === 0) throw argumentError("secrets.delete requires an options object");
    const { service, name } = argumentsToDelete(args);
    return run(() => vault.delete(service, name));
  },
};

export default secrets;

/**
 * Configures this module, which Bun has no function for. An option that is left out does not
 * change. Pending calls finish with the old configuration.
 *
 * @param options Where secrets are kept, and how to connect.
 * @throws {InvalidRequestError} When an option is unknown or invalid.
 *
 * @example All services of the program in one service of the daemon
 * ```ts
 * import { configure, secrets } from "@keychain-auth/client/bun-secrets";
 *
 * configure({ service: "my-app" });
 * await secrets.set("https://example.com", "alice", "correct horse");
 * // In the daemon: service my-app, target https%3A%2F%2Fexample.com:alice
 * ```
 */
export function configure(options: DropInOptions): void {
  vault.configure(options);
}

/**
 * Closes the connection after the pending calls. A program need not call it, because the connection
 * keeps no process alive. The next call opens a new one.
 *
 * @example
 * ```ts
 * import { close, secrets } from "@keychain-auth/client/bun-secrets";
 *
 * await secrets.get("my-cli", "github-token");
 * await close();
 * ```
 */
export function close(): Promise<void> {
  return closeSharedClient();
}

async function run<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw secretsError(error);
  }
}
