/**
 * Words of commands that an error tells to type.
 *
 * @module
 */

import { runtime } from "../runtime.ts";

/**
 * Quotes a word where a shell needs it.
 *
 * @param text One word.
 * @param windows Whether for cmd and PowerShell, which both take double quotes, else for POSIX.
 */
export function shellWord(text: string, windows = runtime.system === "windows"): string {
  if (windows) {
    if (/^[\w:.\\/-]+$/.test(text)) return text;
    // Programs take \" for a quote and take backslashes before one in pairs.
    return `"${text.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, "$&$&")}"`;
  }
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
