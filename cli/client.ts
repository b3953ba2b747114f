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
import { usageError } from "./exit_codes.ts";
import type { CommonFlags } from "./flags.ts";

/** @returns The options that flags stand for. */
export function connectOptions(flags: Omit<CommonFlags, "service">): ConnectOptions {
  const { socket, timeout } = flags;
  return {
    ...(socket !== undefined && { endpoint: socket }),
    ...(timeout !== undefined && { timeout, connectTimeout: timeout }),
  };
}

/** @returns The service that was named. */
export function serviceName(flags: { readonly service?: string }): string {
  const name = flags.service ?? env("KEYCHAIN_AUTH_SERVICE");
  if (name !== undefined) return name;
  const variable = "KEYCHAIN_AUTH_SERVICE";
  throw usageError(
    granted({ name: "env", variable })
      ? `No service: give --service NAME or set ${variable}`
      : `No service: give --service NAME, or let Deno read ${variable} with --allow-env=${variable}`,
  );
}

/**
 * Connects, hands the client out, and closes it whatever happens.
 *
 * @param early A client that was connected already, with the same options.
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

/** The same for the service that was named. */
export async function withService<T>(
  flags: CommonFlags,
  use: (service: Service) => Promise<T>,
): Promise<T> {
  const name = serviceName(flags);
  return await withClient(flags, (client) => use(client.service(name)));
}
