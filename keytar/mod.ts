/**
 * keytar 7.9 on the daemon: a program written for keytar needs only its import changed. Works with
 * `import` and with `require`, on Deno, Bun and Node, and under Jest.
 *
 * A keytar service is a service of the daemon, and an account is a secret in it. For a policy that
 * cannot list all services of a program, `KEYCHAIN_AUTH_KEYTAR_SERVICE` or {@linkcode configure}
 * names one daemon service that holds them all.
 *
 * Importing opens nothing. The first call connects, all calls share that connection, and it does not
 * keep the process alive.
 *
 * @example
 * ```ts
 * import keytar from "@keychain-auth/client/keytar";
 *
 * await keytar.setPassword("my-app", "alice", "correct horse");
 * console.log(await keytar.getPassword("my-app", "alice")); // correct horse
 * console.log(await keytar.deletePassword("my-app", "alice")); // true
 * ```
 *
 * @module
 */

import { closeSharedClient } from "../drop_in/shared_client.ts";
import { type DropInOptions, Vault } from "../drop_in/vault.ts";

export type { DropInOptions };

/** An account of a service, with its password. */
export interface Credential {
  /** The account's name. */
  account: string;
  /** Its password. */
  password: string;
}

const vault = new Vault("KEYCHAIN_AUTH_KEYTAR_SERVICE", "account");

/**
 * Gets a password. Needs the service in `allowed_read_services`.
 *
 * @param service The service.
 * @param account The account.
 * @returns The password, or `null` when there is none.
 * @throws {Error} At once, when an argument is missing or empty: `Service is required.`
 * @throws {TypeError} At once, when an argument is not a string.
 *
 * @example
 * ```ts
 * import { getPassword } from "@keychain-auth/client/keytar";
 *
 * console.log(await getPassword("my-app", "nobody")); // null
 * ```
 */
export function getPassword(service: string, account: string): Promise<string | null> {
  required(service, "Service");
  required(account, "Account");
  checkString(service, "service");
  checkString(account, "username");
  return get(service, account);
}

async function get(service: string, account: string): Promise<string | null> {
  return await vault.get(service, account) ?? null;
}

/**
 * Saves a password and overwrites an older one. Needs the service in `allowed_write_services`.
 *
 * @param service The service.
 * @param account The account.
 * @param password The password. Must not be empty.
 * @throws {Error} At once, when an argument is missing or empty: `Password is required.`
 * @throws {TypeError} At once, when an argument is not a string.
 *
 * @example
 * ```ts
 * import { setPassword } from "@keychain-auth/client/keytar";
 *
 * await setPassword("my-app", "alice", "correct horse");
 * ```
 */
export function setPassword(service: string, account: string, password: string): Promise<void> {
  required(service, "Service");
  required(account, "Account");
  required(password, "Password");
  checkString(service, "service");
  checkString(account, "username");
  checkString(password, "password");
  return vault.set(service, account, password);
}

/**
 * Deletes a password. Needs the service in `allowed_write_services`; to answer `false` it also needs
 * it in `allowed_read_services`, because the daemon answers a missing name and a failure alike.
 *
 * @param service The service.
 * @param account The account.
 * @returns `true` when there was one, else `false`.
 * @throws {Error} At once, when an argument is missing or empty: `Account is required.`
 * @throws {TypeError} At once, when an argument is not a string.
 *
 * @example
 * ```ts
 * import { deletePassword } from "@keychain-auth/client/keytar";
 *
 * console.log(await deletePassword("my-app", "nobody")); // false
 * ```
 */
export function deletePassword(service: string, account: string): Promise<boolean> {
  required(service, "Service");
  required(account, "Account");
  checkString(service, "service");
  checkString(account, "username");
  return vault.delete(service, account);
}

/**
 * Finds a password of a service, regardless of its account: that of the first account by name.
 * Needs the service in `allowed_read_services`, and `can_search`.
 *
 * @param service The service.
 * @returns The password, or `null` when the service has none.
 * @throws {Error} At once, when the argument is missing or empty: `Service is required.`
 * @throws {TypeError} At once, when the argument is not a string.
 *
 * @example
 * ```ts
 * import { findPassword, setPassword } from "@keychain-auth/client/keytar";
 *
 * await setPassword("my-cli", "token", "t-123");
 * console.log(await findPassword("my-cli")); // t-123
 * ```
 */
export function findPassword(service: string): Promise<string | null> {
  required(service, "Service");
  checkString(service, "service");
  return findFirst(service);
}

async function findFirst(service: string): Promise<string | null> {
  const [first] = await vault.all(service);
  return first?.[1] ?? null;
}

/**
 * Finds all accounts of a service. Needs the service in `allowed_read_services`, and `can_search`.
 *
 * @param service The service.
 * @returns The accounts with their passwords, sorted by account.
 * @throws {Error} At once, when the argument is missing or empty: `Service is required.`
 * @throws {TypeError} At once, when the argument is not a string.
 *
 * @example
 * ```ts
 * import { findCredentials } from "@keychain-auth/client/keytar";
 *
 * for (const { account } of await findCredentials("my-app")) console.log(account);
 * ```
 */
export function findCredentials(service: string): Promise<Credential[]> {
  required(service, "Service");
  checkString(service, "service");
  return findAll(service);
}

async function findAll(service: string): Promise<Credential[]> {
  return (await vault.all(service)).map(([account, password]) => ({ account, password }));
}

/**
 * Configures this module, which keytar has no function for. An option that is left out does not
 * change. Pending calls finish with the old configuration.
 *
 * @param options Where passwords are kept, and how to connect.
 * @throws {InvalidRequestError} When an option is unknown or invalid.
 *
 * @example All services of the program in one service of the daemon
 * ```ts
 * import { configure, setPassword } from "@keychain-auth/client/keytar";
 *
 * configure({ service: "my-app" });
 * await setPassword("https://example.com", "alice", "correct horse");
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
 * import { close, getPassword } from "@keychain-auth/client/keytar";
 *
 * await getPassword("my-app", "alice");
 * await close();
 * ```
 */
export function close(): Promise<void> {
  return closeSharedClient();
}

/** keytar's functions, with `configure` and `close` beside them. */
export interface Keytar {
  /** See {@linkcode getPassword}. */
  getPassword: typeof getPassword;
  /** See {@linkcode setPassword}. */
  setPassword: typeof setPassword;
  /** See {@linkcode deletePassword}. */
  deletePassword: typeof deletePassword;
  /** See {@linkcode findPassword}. */
  findPassword: typeof findPassword;
  /** See {@linkcode findCredentials}. */
  findCredentials: typeof findCredentials;
  /** See {@linkcode configure}. */
  configure: typeof configure;
  /** See {@linkcode close}. */
  close: typeof close;
}

/** The same functions as one object, as `import keytar from` expects it. */
const keytar: Keytar = {
  getPassword,
  setPassword,
  deletePassword,
  findPassword,
  findCredentials,
  configure,
  close,
};

export default keytar;

/** keytar's own check, which lets objects pass to the next check. */
function required(value: unknown, name: string): void {
  if (!value || (value as { length: number }).length <= 0) throw new Error(`${name} is required.`);
}

function checkString(value: unknown, name: string): void {
  if (typeof value !== "string") throw new TypeError(`Parameter '${name}' must be a string`);
}
