/**
 * The files that a program may be, as execvp(3) and shells look for it.
 *
 * @module
 */

/** The folders to search when PATH is not set. */
const DEFAULT = new TextEncoder().encode("/bin:/usr/bin");
const SLASH = 0x2f;
const COLON = 0x3a;

/** Errors for a missing file, and errors for a missing file or folder of PATH. */
const NOT_THERE: readonly string[] = ["ENOENT", "ENOTDIR"];
const NOT_IN_FOLDER: readonly string[] = [...NOT_THERE, "ENAMETOOLONG", "ELOOP"];

/**
 * Whether the search continues in the next folder after an error. @param file The program as it was
 * typed.
 */
export function isElsewhere(code: string, file: Uint8Array): boolean {
  return (file.includes(SLASH) ? NOT_THERE : NOT_IN_FOLDER).includes(code);
}

/**
 * @param file The program as it was typed.
 * @param path PATH of the shell. An empty folder in it is the working directory.
 * @returns The files to try, in order.
 */
export function candidates(file: Uint8Array, path: Uint8Array = DEFAULT): Uint8Array[] {
  if (file.length === 0) return [];
  if (file.includes(SLASH)) return [file];
  const found: Uint8Array[] = [];
  for (let start = 0; start <= path.length;) {
    const colon = path.indexOf(COLON, start);
    const end = colon < 0 ? path.length : colon;
    const folder = path.subarray(start, end);
    // With a slash even for the working directory, because a script gets its name with it.
    const candidate = new Uint8Array(Math.max(folder.length, 1) + 1 + file.length);
    candidate.set(folder.length > 0 ? folder : [0x2e]);
    candidate[candidate.length - file.length - 1] = SLASH;
    candidate.set(file, candidate.length - file.length);
    found.push(candidate);
    start = end + 1;
  }
  return found;
}
