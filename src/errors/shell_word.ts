/**
 * Words of a command that an error message tells the user to type.
 *
 * @module
 */

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
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** @returns A flag with its value, which may look like a flag itself. */
export function shellFlag(flag: string, value: string, windows?: boolean): string {
  return `--${flag}${value.startsWith("-") ? "=" : " "}${shellWord(value, windows)}`;
}

/** True for a path such as `C:\\Program Files\\deno.exe`. */
export function isWindowsPath(path: string): boolean {
  return /^[a-z]:[\\/]|^\\\\/i.test(path);
}
