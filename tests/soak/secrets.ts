/** What both sides of the soak know: which secrets there are, and what each of them holds. */

export const SERVICE = "Soak";

/** Names that hold the same value in every daemon of the soak. */
export const FIXED: readonly string[] = Array.from({ length: 50 }, (_, at) => `FIXED_${at}`);

/** The only right value of a fixed name. Every seventh is long, so that replies come in pieces. */
export function valueOf(name: string): string {
  const at = Number(name.slice("FIXED_".length));
  return `value of ${name} ${"<é>".repeat(at % 7 === 0 ? 8_000 : at)}`;
}
