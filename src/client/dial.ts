/**
 * Opens a connection to one of several endpoints. Shared by both clients: the generator yields the
 * endpoint to try.
 *
 * @module
 */

import type { Deadline } from "../clock.ts";
import { debug, runtime } from "../runtime.ts";
import type { SystemServices } from "../system.ts";
import { type ConnectionBase, SystemCallError, type Transport } from "../transport.ts";
import { chooseEndpoint, isTooLong } from "./endpoint.ts";
import { type PeerOptions, trusts } from "./peer.ts";

/** What to connect to, and how. */
export interface Route {
  readonly transport: Transport;
  readonly system: SystemServices;
  /** Where the daemon may listen; each time a connection is opened, one of them is chosen. */
  readonly candidates: readonly string[];
}

/** Why there is no connection. */
export interface DialFailure {
  /** The errors of all endpoints that were tried. */
  readonly errors: readonly (readonly [endpoint: string, error: unknown])[];
  /** Set when the listener is not trusted: its user, and how the transport knows. */
  readonly untrusted?: { readonly uid: number | undefined; readonly source: string | undefined };
  readonly timeout: number;
}

/** An open connection, or the reason for the failure. */
export type Dialled<C> =
  | { connection: C; endpoint: string; failure?: undefined }
  | { connection?: undefined; endpoint: string; failure: DialFailure };

/** An error from connecting to one endpoint. */
export class ConnectFailure {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

export function* dial<C extends ConnectionBase>(
  route: Route,
  deadline: Deadline,
  peer: PeerOptions,
): Generator<string, Dialled<C>, C | ConnectFailure> {
  const { system } = route;
  const release = system.keep?.();
  try {
    const candidates = chooseEndpoint(route.candidates, (path) => system.exists(path));
    return yield* attempts({ ...route, candidates }, deadline, peer);
  } finally {
    release?.();
  }
}

function* attempts<C extends ConnectionBase>(
  { transport, system, candidates }: Route,
  { timeout }: Deadline,
  peer: PeerOptions,
): Generator<string, Dialled<C>, C | ConnectFailure> {
  const errors: [string, unknown][] = [];
  const { peerSource: source } = transport;
  if (peer.require !== undefined && source !== peer.require) {
    const endpoint = candidates[0] ?? "";
    const untrusted = { uid: undefined, source };
    return { endpoint, failure: { errors: [[endpoint, undefined]], untrusted, timeout } };
  }
  for (const endpoint of candidates) {
    const result = isTooLong(endpoint, runtime.system)
      ? new ConnectFailure(new SystemCallError("connect", "ENAMETOOLONG"))
      : yield endpoint;
    if (result instanceof ConnectFailure) {
      errors.push([endpoint, result.error]);
      const { code } = (result.error ?? {}) as { code?: unknown };
      // The path exists, so this is the daemon's endpoint, whether or not it runs.
      if (code !== "ENOENT" && code !== "permission") break;
    } else if (trusts(result.peer, system, peer)) {
      debug(`connected to ${endpoint} through ${transport.name}`);
      return { connection: result, endpoint };
    } else {
      const untrusted = { uid: result.peer?.uid, source };
      result.close();
      return { endpoint, failure: { errors: [[endpoint, undefined]], untrusted, timeout } };
    }
  }
  return { endpoint: candidates.at(-1) ?? "", failure: { errors, timeout } };
}
