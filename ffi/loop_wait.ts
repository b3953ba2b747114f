/**
 * Keeping the event loop alive while calls are made on its thread.
 *
 * @module
 */

/** The longest that one turn of the event loop may be held up by waiting, in milliseconds. */
export const TURN_LIMIT = 1;

/** How long a wait keeps looking at every turn before it falls back to timers, in milliseconds. */
const EAGER = 5;
/** The longest pause between two looks, in milliseconds. */
const LONGEST_PAUSE = 16;

/** When the present turn was first asked about; the event loop is one for the whole process. */
let started: number | undefined;

/** Milliseconds that the present turn of the event loop has lasted, since first asked in it. */
export function turnTime(): number {
  const now = performance.now();
  if (started === undefined) {
    started = now;
    setImmediate(() => {
      started = undefined;
    });
  }
  return now - started;
}

/** When the present run of waits began, and the last that is known of it. */
let began = 0;
let last = -Infinity;
/** How many waits were allowed so far. */
let allowed = 0;

/**
 * Whether this thread may be held up once more before the event loop has its turn: for as long as
 * {@linkcode TURN_LIMIT} in a row. Needs no event loop to tell, which {@linkcode turnTime} does.
 */
export function mayWait(): boolean {
  const now = performance.now();
  if (now - last > TURN_LIMIT) began = now;
  last = now;
  if (now - began >= TURN_LIMIT) return false;
  allowed++;
  return true;
}

/** Says that a wait has ended which may have been a long one: what follows at once is of its run. */
export function waited(): void {
  last = performance.now();
}

/** What {@linkcode newTurn} is to be told after the event loop had its turn. */
export function thisTurn(): number {
  return allowed;
}

/**
 * Says that the event loop had its turn. Whoever else was resumed in the same turn may have waited
 * in it already, and then it is not a new one any more.
 *
 * @param before What {@linkcode thisTurn} gave when the event loop was given its turn.
 */
export function newTurn(before: number): void {
  if (before === allowed) last = -Infinity;
}

/** A wait that lets the event loop run between looks: at every turn at first, then by timers. */
export class Pause {
  readonly #since = performance.now();
  #delay = 0.5;
  #wake: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #held: boolean;

  /** @param held Whether the wait keeps the process alive. */
  constructor(held = true) {
    this.#held = held;
  }

  /**
   * Resolves when it is time to look again, at once after {@linkcode wake}.
   *
   * @param longest Milliseconds that it takes at most.
   */
  next(longest = Infinity): Promise<void> {
    return new Promise((done) => {
      const turn = thisTurn();
      const resolve = (): void => {
        newTurn(turn);
        done();
      };
      this.#wake = done;
      if (performance.now() - this.#since < EAGER) {
        setImmediate(resolve);
        return;
      }
      this.#delay = Math.min(this.#delay * 2, LONGEST_PAUSE);
      this.#timer = setTimeout(resolve, Math.min(this.#delay, longest));
      if (!this.#held) this.hold(false);
    });
  }

  /** Ends the wait that is under way. */
  wake(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#wake?.();
  }

  /** Whether the wait keeps the process alive. */
  hold(held: boolean): void {
    this.#held = held;
    const timer: unknown = this.#timer;
    if (typeof timer === "object" && timer !== null) {
      const { ref, unref } = timer as { ref?(): void; unref?(): void };
      (held ? ref : unref)?.call(timer);
    } else if (typeof timer === "number") {
      const deno = (globalThis as unknown as { Deno?: Record<string, (id: number) => void> }).Deno;
      deno?.[held ? "refTimer" : "unrefTimer"]?.(timer);
    }
  }
}
