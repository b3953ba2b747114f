/**
 * Merges reads: those of one turn and one service become one request.
 *
 * @module
 */

import { soon } from "../clock.ts";
import { QueueFullError } from "../errors/connection.ts";
import { DaemonError, RequestTooLargeError } from "../errors/request.ts";
import { type Frame, splitBatch } from "../protocol/encode.ts";
import type { Outcome } from "../protocol/outcome.ts";
import { valuesOf } from "./operation.ts";
import { find } from "./read.ts";
import { clientLimits, UNLIMITED } from "./options.ts";
import type { Session } from "./session.ts";

/** The requests of a batch and their outcomes, or why there are none. */
type Answer =
  | { frames: readonly Frame[]; outcomes: readonly Outcome[]; values?: ReadonlyMap<string, string> }
  | { error: unknown };

/** The reads of one service. */
interface Batch {
  readonly service: string;
  readonly targets: Set<string>;
  readonly answer: Promise<Answer>;
  readonly resolve: (answer: Answer | Promise<Answer>) => void;
  readers: number;
}

/** Collects the reads of one turn. */
export class ReadBatch {
  readonly #session: Session;
  readonly #timeout: number | undefined;
  /** Nearly always of one service, so an array is enough. */
  #batches: Batch[] = [];

  /**
   * @param session Sends the requests.
   * @param timeout The client's timeout in ms, if it has one.
   */
  constructor(session: Session, timeout: number | undefined) {
    this.#session = session;
    this.#timeout = timeout;
  }

  /**
   * Reads secrets, together with all others that are read in this turn.
   *
   * @param service The service.
   * @param targets The names.
   * @returns Those that exist, including names that other calls asked for.
   */
  async find(
    service: string,
    targets: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    const batch = this.#join(service, targets);
    const answer = await batch.answer;
    try {
      if ("error" in answer) throw answer.error;
      return answer.values ??= valuesOf(answer.frames, answer.outcomes);
    } catch (problem) {
      // An entry that the keychain cannot read, one that is too long, and too many entries must
      // fail only their own caller.
      const single = problem instanceof RequestTooLargeError || problem instanceof QueueFullError ||
        (problem instanceof DaemonError && problem.reason === "internal_error");
      if (batch.readers > 1 && single) {
        return await this.#session.run(find(service, targets), clientLimits(this.#timeout));
      }
      throw await this.#session.explain(problem);
    }
  }

  /** Sends the collected reads, so that the caller's next request comes after them. */
  flush(): void {
    if (this.#batches.length === 0) return;
    const batches = this.#batches;
    this.#batches = [];
    for (const batch of batches) batch.resolve(this.#ask(batch));
  }

  #join(service: string, targets: readonly string[]): Batch {
    let batch = this.#batches.find((batch) => batch.service === service);
    if (batch === undefined) {
      let resolve!: Batch["resolve"];
      // Node 20 has no Promise.withResolvers().
      const answer = new Promise<Answer>((settle) => resolve = settle);
      batch = { service, targets: new Set(), answer, resolve, readers: 0 };
      if (this.#batches.length === 0) soon(() => this.flush());
      this.#batches.push(batch);
    }
    batch.readers++;
    for (const target of targets) batch.targets.add(target);
    return batch;
  }

  async #ask({ service, targets }: Batch): Promise<Answer> {
    try {
      const frames = splitBatch({ action: "read", service, targets: [...targets] });
      return {
        frames,
        outcomes: await this.#session.exchange(
          frames,
          this.#timeout ? clientLimits(this.#timeout) : UNLIMITED,
        ),
      };
    } catch (error) {
      return { error };
    }
  }
}
