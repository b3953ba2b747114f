/** A daemon where keytar looks for it. */
import process from "node:process";
import keytar from "../../../keytar/mod.ts";
import { type DaemonOptions, startDaemon, type TestDaemon } from "../../../testing/mod.ts";

/** The variable that names the one daemon service for all passwords. */
export const SERVICE = "KEYCHAIN_AUTH_KEYTAR_SERVICE";
/** The variable that names the socket. */
export const SOCKET = "KEYCHAIN_AUTH_SOCKET";

/** Runs `body` with a daemon where keytar looks for it, as a program without configuration does. */
export async function withDaemon(
  body: (daemon: TestDaemon) => Promise<void>,
  { service, ...options }: DaemonOptions & { service?: string } = {},
): Promise<void> {
  const before = { [SOCKET]: process.env[SOCKET], [SERVICE]: process.env[SERVICE] };
  delete process.env[SERVICE];
  await using daemon = await startDaemon(options);
  process.env[SOCKET] = daemon.endpoint;
  if (service !== undefined) process.env[SERVICE] = service;
  try {
    await body(daemon);
  } finally {
    await keytar.close();
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
