/**
 * Finds out why there is no connection, and what to type. Loaded when connecting fails. Checks
 * where else a daemon answers before it advises to start one.
 *
 * @module
 */

import { Deadline } from "../../src/clock.ts";
import type { DialFailure, Route } from "../../src/client/dial.ts";
import type { Failure } from "../../src/protocol/outcome.ts";
import { env } from "../../src/runtime.ts";
import type { ConnectionBase } from "../../src/transport.ts";
import { machineOf } from "./machine.ts";
import type { NamedBy } from "./no_connection.ts";
import { unreachable } from "./unreachable.ts";

/** How long a check of another endpoint may take, in milliseconds. */
const GLANCE = 500;

/**
 * @param endpoint The option's value.
 * @returns The failure for every caller who waits for the connection.
 */
export async function noRoute(
  failure: DialFailure,
  route: Route,
  endpoint?: string,
): Promise<Failure> {
  const steps = unreachable(failure, namedBy(endpoint), machineOf(route.system), ownName(route));
  let answer: boolean | undefined;
  for (;;) {
    const { done, value } = steps.next(answer);
    if (done) return value;
    try {
      const connection = await route.transport.connect(value!, new Deadline(GLANCE));
      answer = answered(connection);
    } catch (error) {
      answer = refused(error);
    }
  }
}

/** The same without promises. */
export function noRouteSync(failure: DialFailure, route: Route, endpoint?: string): Failure {
  const steps = unreachable(failure, namedBy(endpoint), machineOf(route.system), ownName(route));
  let answer: boolean | undefined;
  for (;;) {
    const { done, value } = steps.next(answer);
    if (done) return value;
    try {
      answer = answered(route.transport.connectSync!(value!, new Deadline(GLANCE)));
    } catch (error) {
      answer = refused(error);
    }
  }
}

/** @returns The name of a transport of the caller's own, whose endpoints may be anything. */
function ownName({ transport: { name } }: Route): string | undefined {
  return ["ffi", "deno", "node"].includes(name) ? undefined : name;
}

function namedBy(endpoint: string | undefined): NamedBy {
  if (endpoint !== undefined) return "endpoint";
  return env("KEYCHAIN_AUTH_SOCKET") === undefined ? undefined : "KEYCHAIN_AUTH_SOCKET";
}

function answered(connection: ConnectionBase): true {
  connection.close();
  return true;
}

/** `false` when nothing listens there; `undefined` when that is unknown. */
function refused(error: unknown): false | undefined {
  const { code } = error as { code?: unknown };
  const nobody = code === "ENOENT" || code === "ECONNREFUSED" || code === "ERROR_FILE_NOT_FOUND" ||
    code === "ENOTSOCK" || code === "ENOTDIR";
  return nobody ? false : undefined;
}
