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
    // Programs take \" for a quote and take backslashes before one in pairs.
    return `"${text.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, "$&$&")}"`;
  }
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** True for a path such as `C:\\Program Files\\deno.exe`. */
export function isWindowsPath(path: string): boolean {
  return /^[a-z]:[\\/]|^\\\\/i.test(path);
}
