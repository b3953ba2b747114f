/** What a named fault is: what goes wrong, what the caller sees, and the proof of it. */
import { inspect } from "node:util";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type ConnectOptions, type ErrorCode, isKeychainAuthError } from "../../mod.ts";
import type { DaemonOptions } from "../../testing/mod.ts";
import type { AnyClient, Mode } from "../support/clients.ts";
import type { Script, Step } from "../support/scripted_server.ts";

/** Every value of the table holds it, so that a value in an error is found. */
export const CANARY = "c4n4ry";
/** The service of the table. */
export const S = "FaultTable";
/** A value. */
export const VALUE: string = `${CANARY}-ä€😀`;

/** What the server saw. */
export interface Seen {
  readonly connections: number;
  readonly open: number;
  /** Requests in order, parsed; of an embedded daemon only how many, as empty objects. */
  readonly requests: readonly Record<string, unknown>[];
  /** How many steps of a script are done. */
  readonly steps?: number;
  /** What an embedded daemon holds for {@linkcode S}. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** What a case is given. */
export interface Given {
  readonly mode: Mode;
  readonly endpoint: string;
  /**
   * Connects by the mode under test; the client is closed behind the case.
   *
   * @param onSent Told after each write how many requests the system has taken in all.
   */
  connect(options?: ConnectOptions, onSent?: (requests: number) => void): Promise<AnyClient>;
  /** What the server saw up to now. */
  seen(): Promise<Seen>;
  /** Waits until so many steps of the script are done. */
  done(steps: number): Promise<void>;
  /** Waits until the server's side of all connections is closed. */
  closed(): Promise<void>;
  /** Gives the script one cue more. */
  cue(): void;
  /** Has the embedded daemon closed: it serves open connections for a while. */
  stop(): Promise<void>;
}

/** One named fault. */
export interface Fault {
  readonly name: string;
  /** What goes wrong, for the table in the documentation. */
  readonly fault: string;
  /** What the caller sees, for the table in the documentation. */
  readonly outcome: string;
  /** Left out for clients of the other kind. */
  readonly only?: "async" | "sync";
  /** Left out on Windows, and why. */
  readonly posixOnly?: string;
  /** What each connection meets, or an embedded daemon with these options. */
  readonly server: readonly Script[] | DaemonOptions;
  run(given: Given): Promise<void>;
}

/** Awaits a call of either client that must fail with this code and without a value. */
export async function fails(
  code: ErrorCode,
  call: () => unknown,
  ...words: string[]
): Promise<Error & Record<string, unknown>> {
  let error: unknown;
  try {
    await call();
  } catch (thrown) {
    error = thrown;
  }
  assert(error instanceof Error, `It must fail with ${code} and did not`);
  assert(isKeychainAuthError(error), `Not ours: ${inspect(error)}`);
  assertEquals(error.code, code, inspect(error));
  for (const word of words) assertStringIncludes(error.message, word);
  assertNoValue(error);
  return error as unknown as Error & Record<string, unknown>;
}

/** No value of the table in an error, by any means of looking at it. */
export function assertNoValue(error: Error): void {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; depth++) {
    const shown = [
      String(at),
      at.stack ?? "",
      JSON.stringify(at, Object.getOwnPropertyNames(at)),
      inspect(at, { depth: 10, showHidden: true, getters: true }),
    ].join("\n");
    assert(!shown.includes(CANARY), `A value is in ${shown}`);
    at = at.cause;
  }
}

/** Waits. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A reply that gives these values. */
export function gives(results: Record<string, string | undefined>): string {
  return line({
    results: Object.entries(results).map(([target, value]) => ({ target, value })),
  });
}

/** A reply line. */
export function line(fields: object): string {
  return JSON.stringify({ type: "RESPONSE", status: "success", ...fields }) + "\n";
}

export const OK: string = line({});
export const INT: string = line({ status: "error", reason: "internal_error" });
export const SNA: string = line({ status: "denied", reason: "service_not_allowed" });
export const ANP: string = line({ status: "denied", reason: "action_not_in_policy" });
export const UNREG: string = line({
  status: "denied",
  reason: "unregistered_binary_pending_approval",
});

/** A script that answers every request properly, with {@linkcode VALUE} for every name. */
export const answersAll: Step = async (peer) => {
  for (;;) {
    const { action, targets = [] } = await peer.request() as { action: string; targets: string[] };
    const read = action === "read";
    const found = Object.fromEntries(targets.map((target) => [target, read ? VALUE : undefined]));
    await peer.send(read || action === "search" ? gives(found) : OK);
  }
};
