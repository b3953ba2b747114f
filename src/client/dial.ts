/**
 * From a list of endpoints to one open connection, or to the error that says why there is none.
 * Written once for both clients: a generator yields the endpoint to try.
 *
 * @module
 */

import type { Deadline } from "../deadline.ts";
import { isTooLong } from "./endpoint.ts";
import { TimeoutError } from "../errors/connection.ts";
import {
  type Attempt,
  DaemonUnavailableError,
  PermissionError,
  reasonOf,
} from "../errors/unavailable.ts";
import { checkPeer, type PeerOptions } from "./peer.ts";
import { debug, runtime } from "../runtime.ts";
import { type ConnectionBase, SystemCallError, type Transport } from "../transport.ts";

/** What to connect to, and how. */
export interface Target {
  /** How. */
  readonly transport: Transport;
  /** Endpoints in the order in which they are tried. */
  readonly candidates: readonly string[];
}

/** An open connection. */
export interface Opened<C> {
  readonly connection: C;
  readonly endpoint: string;
}

/** An error that connecting to one endpoint gave. */
export class Refusal {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** Tries one endpoint after the other. */
export function* dial<C extends ConnectionBase>(
  { transport, candidates }: Target,
  deadline: Deadline,
  peer: PeerOptions,
): Generator<string, Opened<C>, C | Refusal> {
  const tried: Attempt[] = [];
  const forbidden: PermissionError[] = [];
  let cause: unknown;
  for (const endpoint of candidates) {
    // Nobody has named it, so the others are tried all the same.
    const result = isTooLong(endpoint, runtime.system)
      ? new Refusal(new SystemCallError("connect", "ENAMETOOLONG"))
      : yield endpoint;
    if (!(result instanceof Refusal)) {
      try {
        checkPeer(endpoint, result.peer, transport, peer);
      } catch (error) {
        result.close();
        throw error;
      }
      debug(`connected to ${endpoint} through ${transport.name}`);
      return { connection: result, endpoint };
    }
    const { error } = result;
    if (error instanceof PermissionError) forbidden.push(error);
    else if (!(error instanceof SystemCallError)) throw error;
    else if (error.code === "ETIMEDOUT") {
      throw new TimeoutError("connection", deadline.timeout, false, TIMEOUT_HINT);
    } else {
      tried.push({ endpoint, error: error.code, reason: reasonOf(error.code) });
      cause = error;
    }
  }
  if (forbidden.length > 0) throw PermissionError.any(forbidden);
  throw new DaemonUnavailableError(tried, { cause });
}

const TIMEOUT_HINT = "The daemon is there but takes no connection; is it stopped or overloaded?";
