/**
 * Escapes values for JSON, YAML and shells, with or without quotes.
 *
 * @module
 */

/** The supported languages. */
export const LANGUAGES = ["json", "yaml", "shell"] as const;

/** One of them. */
export type Language = typeof LANGUAGES[number];

/** The quotes around a placeholder. */
export type Quotes = "none" | "single" | "double";

/**
 * @param line The text of the line before the placeholder.
 * @param language The language of the line.
 * @returns The quotes around the placeholder.
 */
export function quotesAt(line: string, language: Language): Quotes {
  let quotes: Quotes = "none";
  for (let at = 0; at < line.length; at++) {
    const character = line[at];
    if (character === "\\" && quotes !== "single") {
      if (quotes === "double" || language === "shell") at++;
    } else if (character === '"' && quotes !== "single") {
      quotes = quotes === "double" ? "none" : "double";
    } else if (character === "'" && quotes !== "double" && language !== "json") {
      quotes = quotes === "single" ? "none" : "single";
    }
  }
  return quotes;
}

/**
 * Escapes a value.
 *
 * @returns The text to insert; `undefined` when the value cannot be written there.
 */
export function escaped(value: string, language: Language, quotes: Quotes): string | undefined {
  if (language === "shell") {
    if (quotes === "double") return value.replace(/[\\"$`]/g, "\\$&");
    const inner = value.replaceAll("'", "'\\''");
    return quotes === "single" ? inner : `'${inner}'`;
  }
  if (quotes === "single") {
    // Within single quotes, YAML folds line breaks and can escape only the quote.
    // deno-lint-ignore no-control-regex
    return /[\x00-\x08\n-\x1f\x7f-\x9f\u2028\u2029]/.test(value)
      ? undefined
      : value.replaceAll("'", "''");
  }
  const json = JSON.stringify(value).replace(
    // YAML counts these as line breaks or forbids them.
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return quotes === "double" ? json.slice(1, -1) : json;
}
