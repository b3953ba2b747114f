/**
 * Words of a command that an error message tells the user to type.
 *
 * @module
 */

import { UNPRINTABLE } from "./unprintable.ts";

/**
 * Quotes a word where a shell needs it.
 *
 * @param text One word.
 * @param windows Quotes for cmd and PowerShell rather than for a POSIX shell. Default: when the word
 * is a Windows path.
 */
export function shellWord(text: string, windows = isWindowsPath(text)): string {
  if (windows) {
    if (/^[\w:.\\/-]+$/.test(text)) return text;
    // PowerShell fills in what follows $ and ` in double quotes, and takes curly quotes for straight
    // ones. No line with these means the same to cmd.
    if (/[$`\u2018-\u201f]/.test(text)) return `'${text.replace(/['\u2018-\u201b]/g, "$&$&")}'`;
    // Programs take \" for a quote and take backslashes before one in pairs.
    return `"${text.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, "$&$&")}"`;
  }
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  // A message shows such characters instead of writing them, so the shell has to make them.
  if (text.search(UNPRINTABLE) >= 0) {
    return `$'${text.replace(/[\\']/g, "\\$&").replace(UNPRINTABLE, octal)}'`;
  }
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** @returns A flag with its value, which may look like a flag itself. */
export function shellFlag(flag: string, value: string, windows?: boolean): string {
  return `--${flag}${value.startsWith("-") ? "=" : " "}${shellWord(value, windows)}`;
}

/** @returns A text as the shell's `$'…'` has it, each byte by its number. */
export function octal(text: string): string {
  const bytes = [...new TextEncoder().encode(text)];
  return bytes.map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
}

/** True for a path such as `C:\\Program Files\\deno.exe`. */
export function isWindowsPath(path: string): boolean {
  return /^[a-z]:[\\/]|^\\\\/i.test(path);
}
