/** What the benchmark server holds: the value of a secret follows from its name. */

/** The service that every contender asks for. */
export const SERVICE = "bench";

/** The prefix of the big read, its number of results and the length of one value. */
export const BIG = { prefix: "big:", count: 10_000, length: 166 } as const;

/** Names of single secrets. */
export const NAMES: readonly string[] = Array.from(
  { length: 1000 },
  (_, i) => `name:${String(i).padStart(5, "0")}`,
);

/** The value that belongs to a name, for all but the big read. */
export function valueOf(name: string): string {
  return "secret-" + name;
}

let big: (readonly [name: string, value: string])[] | undefined;

/** The results of the big read, made at the first call and kept, so that a check leaves no waste. */
function bigSecrets(): (readonly [name: string, value: string])[] {
  return big ??= Array.from({ length: BIG.count }, (_, i) => {
    const number = String(i).padStart(5, "0");
    const head = `secret-big:${number}${i % 10 === 0 ? "&" : "-"}`;
    const codes = Array.from(
      { length: BIG.length - head.length },
      (_, j) => 97 + (i + head.length + j) % 26,
    );
    return [BIG.prefix + number, head + String.fromCharCode(...codes)] as const;
  });
}

/** How many of the big read's results are missing or wrong. */
export function wrongInBig(get: (name: string) => string | undefined, size: number): number {
  let wrong = Math.abs(size - BIG.count);
  for (const [name, value] of bigSecrets()) if (get(name) !== value) wrong++;
  return wrong;
}
