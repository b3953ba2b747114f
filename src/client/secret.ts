/**
 * Values that are not shown by accident.
 *
 * @module
 */

import { fingerprint } from "./fingerprint.ts";

/** What is shown in place of a value. */
export const REDACTED = "[redacted]";
/** The method that `util.inspect` of Node and `console.log` of Bun call. */
export const NODE_INSPECT: unique symbol = Symbol.for("nodejs.util.inspect.custom");
/** The method that `Deno.inspect` and `console.log` of Deno call. */
export const DENO_INSPECT: unique symbol = Symbol.for("Deno.customInspect");

const FINGERPRINT: unique symbol = Symbol("fingerprint");

const { __defineGetter__: defineGetter } = Object.prototype as unknown as {
  __defineGetter__(this: object, name: symbol, get: () => unknown): void;
};

/**
 * One secret's value. It appears as `[redacted]` in `console.log`, `JSON.stringify`, `String()`,
 * template strings and every runtime's inspection; only {@linkcode Secret.reveal} returns the
 * value.
 *
 * Two secrets are equal to `assert.deepStrictEqual()`, `toEqual()` and the like exactly when their
 * values are.
 *
 * JavaScript strings cannot be overwritten, so the value stays in memory until the garbage
 * collector reuses that memory.
 *
 * @example
 * ```ts
 * import { Secret } from "@keychain-auth/client";
 *
 * const secret = new Secret("sk-proj-dev123");
 * console.log(`${secret}`); // [redacted]
 * console.log(secret.reveal().length); // 14
 * ```
 */
export class Secret {
  readonly #value: string;
  static readonly #fingerprint = function (this: Secret): number {
    return fingerprint(this.#value);
  };

  /**
   * Wraps a value so that it is not shown.
   *
   * @param value The value.
   */
  constructor(value: string) {
    this.#value = value;
    // Assertion libraries compare own properties; this one differs when the values differ. It is
    // computed only when it is compared, because computing it for a large reply takes longer than
    // the rest of the reply. On Deno, Object.defineProperty() takes twice as long.
    defineGetter.call(this, FINGERPRINT, Secret.#fingerprint);
  }

  /** The value itself. Take care where you put it. */
  reveal(): string {
    return this.#value;
  }

  /** Gives `[redacted]`. */
  toString(): string {
    return REDACTED;
  }

  /** Gives `[redacted]`. */
  toJSON(): string {
    return REDACTED;
  }

  /** Gives `[redacted]`, also for `+` and comparisons, so that no value leaks by coercion. */
  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  /** @ignore */
  [NODE_INSPECT](): string {
    return REDACTED;
  }

  /** @ignore */
  [DENO_INSPECT](): string {
    return REDACTED;
  }
}

/** Secrets by name, in the order that the call documents. */
export type SecretMap = Map<string, Secret>;
