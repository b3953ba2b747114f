/** The requests to a daemon, without values. */
import type { Recorder } from "./handler.ts";
import type { RecordedRequest } from "./types.ts";

/** The newest requests are kept. */
const KEPT = 10_000;

/** The record of one daemon. */
export class Recording {
  #requests: RecordedRequest[] = [];

  /** The requests so far, oldest first. */
  get requests(): readonly RecordedRequest[] {
    return this.#requests.slice(-KEPT);
  }

  /** Forgets them. */
  clear(): void {
    this.#requests = [];
  }

  /** @returns A recorder for one connection, which also passes requests on to `next`. */
  recorder(connection: number, next?: Recorder): Recorder {
    return (request, reply) => {
      next?.(request, reply);
      const { action = "", service = "", match = "", targets = [] } = request ?? {};
      const { status, reason } = JSON.parse(reply.replace(/,"results":.*/s, "}"));
      const asked = { connection, action, service, match, targets: [...targets], status };
      this.#requests.push(reason === undefined ? asked : { ...asked, reason });
      if (this.#requests.length >= 2 * KEPT) this.#requests = this.#requests.slice(-KEPT);
    };
  }
}
