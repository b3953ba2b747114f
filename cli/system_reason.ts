/**
 * Why the system refused a file, in words.
 *
 * @module
 */

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EEXIST: "it already exists",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is not a folder",
  EBADF: "it is not open for this",
  EROFS: "its file system is read-only",
  ENOSPC: "no space is left",
  EDQUOT: "your disk quota is used up",
  ENXIO: "nothing reads from its other end",
  ELOOP: "its symbolic links form a loop",
  ENAMETOOLONG: "its name is too long",
  ETXTBSY: "it is a running program",
  EBUSY: "another program is using it",
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
