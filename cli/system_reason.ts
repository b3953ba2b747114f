/**
 * Why the system refused a file, for people.
 *
 * @module
 */

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EEXIST: "it is there already",
  EACCES: "you may not do that",
  EPERM: "you may not do that",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is no folder",
  EROFS: "its file system is read-only",
  ENOSPC: "no space is left",
  EDQUOT: "your quota of space is used up",
  ENXIO: "nothing is at its other end",
  ELOOP: "its links go round in a circle",
  ENAMETOOLONG: "its name is too long",
  ETXTBSY: "it is a program that runs",
  EBUSY: "another program uses it",
};

/** @returns The reason with the system's name for it, such as `it is a folder (EISDIR)`. */
export function systemReason(error: unknown): string {
  const { code, name, message } = error as Partial<Record<string, unknown>>;
  if (typeof code !== "string") {
    // Deno does not know all codes.
    const [, text] = /^(.+) \(os error \d+\)/.exec(String(message)) ?? [];
    return text ?? String(name);
  }
  const reason = REASONS[code];
  return reason === undefined ? code : `${reason} (${code})`;
}
