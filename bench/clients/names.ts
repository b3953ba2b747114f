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

/** The value of one result of the big read, by its number. */
export function bigValue(i: number): string {
  const head = `secret-big:${String(i).padStart(5, "0")}${i % 10 === 0 ? "&" : "-"}`;
  let value = head;
  for (let j = head.length; j < BIG.length; j++) value += String.fromCharCode(97 + (i + j) % 26);
  return value;
}

/** How many of the big read's results are missing or wrong. */
export function wrongInBig(get: (name: string) => string | undefined, size: number): number {
  let wrong = Math.abs(size - BIG.count);
  for (let i = 0; i < BIG.count; i++) {
    if (get(BIG.prefix + String(i).padStart(5, "0")) !== bigValue(i)) wrong++;
  }
  return wrong;
}
