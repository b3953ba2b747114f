/**
 * One connection for one command.
 *
 * @module
 */

import type { KeychainClient } from "../src/client/client.ts";
import type { ConnectOptions } from "../src/client/options.ts";
import { env, granted } from "../src/runtime.ts";
import type { Service } from "../src/client/service.ts";
import { connect } from "./connect.ts";
import type { Context } from "./context.ts";
import { usageError } from "./exit_codes.ts";
import type { CommonFlags } from "./flags.ts";
import type { ProjectFlags } from "./project/flags.ts";

/** @returns The options that the flags set. */
export function connectOptions(flags: Omit<CommonFlags, "service">): ConnectOptions {
  const { socket, timeout } = flags;
  return {
    ...(socket !== undefined && { endpoint: socket }),
    ...(timeout !== undefined && { timeout, connectTimeout: timeout }),
  };
}

/**
 * @returns The service that a flag or the environment names, else that of the project.
 * @throws {CommandError} When there is none of these.
 */
export async function namedService(
  context: Context,
  flags: ProjectFlags & { readonly service?: string },
): Promise<string> {
  const name = flags.service ?? env("KEYCHAIN_AUTH_SERVICE");
  if (name !== undefined) return name;
  const { findProject } = await import("./project/open.ts");
  const open = await findProject(context, flags);
  if (open !== undefined) return open.project.service;
  const variable = "KEYCHAIN_AUTH_SERVICE";
  throw usageError(
    granted({ name: "env", variable })
      ? `No service: give --service NAME or set ${variable}`
      : `No service: give --service NAME, or let Deno read ${variable} with --allow-env=${variable}`,
  );
}

/**
 * Connects, passes the client to a function, and always closes it.
 *
 * @param early A client that is already connected, with the same options.
 */
export async function withClient<T>(
  flags: Omit<CommonFlags, "service">,
  use: (client: KeychainClient) => Promise<T>,
  early?: Promise<KeychainClient>,
): Promise<T> {
  const client = await (early ?? connect(connectOptions(flags)));
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

/** The same for one service: the given one, else the named one. */
export async function withService<T>(
  context: Context,
  flags: CommonFlags & ProjectFlags,
  use: (service: Service) => Promise<T>,
  service?: string,
): Promise<T> {
  const name = service ?? await namedService(context, flags);
  return await withClient(flags, (client) => use(client.service(name)));
}
