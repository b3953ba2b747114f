/** What no type allows, and what a type allows and nobody expects. */
import type { Random } from "./random.ts";
import { MARK } from "./reply_grammar.ts";

/** What hostile arguments throw, so that it is known again. */
export class Thrown extends Error {}

const boom = (): never => {
  throw new Thrown("thrown by an argument");
};

/** A Proxy that throws whatever is done to it. */
function trap(of: object): object {
  const traps = new Proxy({}, { get: () => boom });
  return new Proxy(of, traps);
}

function revoked(of: object): object {
  const { proxy, revoke } = Proxy.revocable(of, {});
  revoke();
  return proxy;
}

function* endless(item: unknown): Generator<unknown> {
  for (;;) yield item;
}

/** The longest array there is, and nearly nothing in it. */
function huge(...items: unknown[]): unknown[] {
  items.length = 2 ** 32 - 1;
  return items;
}

const thrower = { toString: boom, valueOf: boom, toJSON: boom, [Symbol.toPrimitive]: boom };

const MAKERS: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => true,
  () => 0,
  () => -1,
  () => NaN,
  () => Infinity,
  () => 2 ** 53,
  () => 1.5,
  () => Number.MIN_VALUE,
  () => 10n,
  () => "",
  () => "A",
  () => "A:b",
  () => "\0",
  () => "\ud800",
  () => "\u009b31m",
  () => "x".repeat(70_000),
  () => "__proto__",
  () => Symbol("S"),
  () => Symbol.iterator,
  () => () => {},
  () => boom,
  () => class {},
  () => ({}),
  () => Object.create(null),
  () => [],
  () => [undefined],
  () => ["A", , "B"], // deno-lint-ignore no-sparse-arrays
  () => [["A"]],
  () => huge(),
  () => huge("A"),
  () => new Array(3),
  () => new Map([["A", "1"]]),
  () => new Set(["A"]),
  () => new Date(NaN),
  () => new String("A"),
  () => new Number(300),
  () => new Uint8Array(8),
  () => new ArrayBuffer(8),
  () => Promise.resolve("A"),
  () => ({ then: boom }),
  () => ({ then() {} }),
  () => thrower,
  () => ({ [Symbol.iterator]: boom }),
  () => ({ [Symbol.iterator]: () => ({ next: boom }) }),
  () => ({ [Symbol.iterator]: () => null }),
  () => endless(thrower),
  () => trap({}),
  () => trap([]),
  () => trap(() => {}),
  () => revoked({}),
  () => revoked([]),
  () => revoked(() => {}),
  () => Object.freeze({ toJSON: () => "A" }),
  () => globalThis,
  () =>
    new Proxy(["A"], { get: (list, key) => key === "length" ? 2 ** 40 : Reflect.get(list, key) }),
  () => AbortSignal.abort(new Thrown("aborted")),
  () => ({ aborted: false, addEventListener: boom }),
  () => ({ aborted: false, reason: undefined, addEventListener() {} }),
  () => circle(),
];

function circle(): object {
  const list: unknown[] = [];
  return Object.assign(list, { 0: list });
}

/** Values that must stand in no message. */
const MARKED: readonly (() => unknown)[] = [
  () => MARK + "\ud800",
  () => MARK.repeat(20_000),
  () => [MARK],
  () => new String(MARK),
  () => Symbol(MARK),
  () => ({ toString: () => MARK }),
  () => new TextEncoder().encode(MARK),
  () => Promise.resolve(MARK),
  () => new Error(MARK),
];

/** Something in the place of `sound`. */
export function hostile(random: Random, sound: unknown): unknown {
  if (typeof sound === "string" && sound.includes(MARK) && random.chance(60)) {
    return random.pick(MARKED)();
  }
  return random.pick(MAKERS)();
}

/** Puts something hostile into one place of sound arguments, which may be changed for it. */
export function spoil(random: Random, args: unknown[]): unknown[] {
  const places: [holder: Record<PropertyKey, unknown>, key: PropertyKey][] = [];
  collect(args, places, 0);
  const [holder, key] = random.pick(places);
  const sound = holder[key];
  switch (random.below(8)) {
    case 0:
      Reflect.deleteProperty(holder, key);
      break;
    case 1: // sound at the first look only
      Reflect.defineProperty(holder, key, { get: changing(random, sound), enumerable: true });
      break;
    case 2:
      Reflect.defineProperty(holder, key, { get: boom, enumerable: true });
      break;
    case 3:
      // An element of a typed array would be turned into a number here already.
      if (typeof sound === "object" && sound !== null && !ArrayBuffer.isView(sound)) {
        const extra = random.pick(["extra", "__proto__", "toJSON", "then", "timeoutMs", "0"]);
        Reflect.defineProperty(sound, extra, { value: hostile(random, sound), enumerable: true });
      } else Reflect.set(holder, key, hostile(random, sound));
      break;
    case 4:
      holder[key] = typeof sound === "object" && sound !== null ? trap(sound) : thrower;
      break;
    default:
      Reflect.set(holder, key, hostile(random, sound));
  }
  return args;
}

function changing(random: Random, sound: unknown): () => unknown {
  const later = hostile(random, sound);
  let looks = 1 + random.below(3);
  return () => looks-- > 0 ? sound : later;
}

function collect(
  holder: unknown,
  places: [Record<PropertyKey, unknown>, PropertyKey][],
  depth: number,
): void {
  const kind = typeof holder === "object" && holder !== null && Object.getPrototypeOf(holder);
  if (kind !== Object.prototype && kind !== Array.prototype || depth > 4) return;
  for (const [key, value] of Object.entries(holder as Record<string, unknown>)) {
    places.push([holder as Record<string, unknown>, key]);
    collect(value, places, depth + 1);
  }
}
