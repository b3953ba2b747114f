/**
 * Words of a command that an error message tells the user to type.
 *
 * @module
 */

import { unprintable } from "./unprintable.ts";

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
    // In double quotes, PowerShell expands $ and `, and it treats curly quotes as straight ones. No
    // quoting of these works in both PowerShell and cmd.
    if (/[$`\u2018-\u201f]/.test(text)) return `'${text.replace(/['\u2018-\u201b]/g, "$&$&")}'`;
    // Programs read \" as a quote, and backslashes before a quote in pairs.
    return `"${text.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, "$&$&")}"`;
  }
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  // A message escapes such characters, so the command has to make the shell produce them.
  if (text.search(unprintable()) >= 0) {
    return `$'${text.replace(/[\\']/g, "\\$&").replace(unprintable(), octal)}'`;
  }
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** @returns A flag with its value, which may look like a flag itself. */
export function shellFlag(flag: string, value: string, windows?: boolean): string {
  return `--${flag}${value.startsWith("-") ? "=" : " "}${shellWord(value, windows)}`;
}

/** @returns A text for the shell's `$'…'`, each byte as an octal number. */
export function octal(text: string): string {
  const bytes = [...new TextEncoder().encode(text)];
  return bytes.map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
}

/** True for a path such as `C:\\Program Files\\deno.exe`. */
export function isWindowsPath(path: string): boolean {
  return /^[a-z]:[\\/]|^\\\\/i.test(path);
}
