/** The script that starts one Windows program inside the Wine machine. */

/** Paths on the system outside. */
export interface Launch {
  /** The Debian root with Wine. */
  readonly system: string;
  /** The repository. */
  readonly root: string;
  /** The cache folder, which may be outside the repository. */
  readonly cache: string;
  /** The Windows program. */
  readonly program: string;
  /** The Windows build of Deno, for tests that need a second process. */
  readonly deno: string;
}

/** The same path as a Windows program sees it: Wine shows the whole system as drive Z. */
export function onDriveZ(path: string): string {
  return `Z:${path.replaceAll("/", "\\")}`;
}

/**
 * The text of the script. It runs in name spaces of its own, so that nothing stays mounted or
 * running, however it ends, and shows the output at the end: some runtimes stall on a pipe.
 *
 * @param launch What to start and where.
 */
export function launchScript({ system, root, cache, program, deno }: Launch): string {
  const inside = [
    'wine "$@" > /tmp/output 2>&1 < /dev/null',
    "code=$?",
    "cat /tmp/output",
    "wineserver -k",
    "rm /tmp/output",
    "exit $code",
  ].join("; ");
  return `#!/bin/sh
# Made by tests/windows/machine.ts
# One at a time: two Wine servers on one drive C stop each other.
exec flock --no-fork ${cache}/lock unshare --mount --pid --fork --kill-child -- sh -euc '
system=${quote(system)}
mount --make-rprivate /
mount -t proc proc "$system/proc"
mount --rbind /dev "$system/dev"
for shared in ${quote(root)} ${quote(cache)}; do
  mkdir -p "$system$shared"
  mount --bind "$shared" "$system$shared"
done
exec env -i \\
  PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root WINEPREFIX=/prefix WINEDEBUG=-all \\
  NODE_SKIP_PLATFORM_CHECK=1 NO_COLOR=1 XDG_RUNTIME_DIR=/tmp \\
  KEYCHAIN_AUTH_TEST_FILTER="\${KEYCHAIN_AUTH_TEST_FILTER:-}" \\
  KEYCHAIN_AUTH_TEST_SERVER="\${KEYCHAIN_AUTH_TEST_SERVER:-}" \\
  KEYCHAIN_AUTH_TEST_STDIO=files KEYCHAIN_AUTH_TEST_DENO=${quote(onDriveZ(deno))} \\
  chroot "$system" sh -c "cd \\"\\$0\\" && ${inside.replaceAll(/["$]/g, "\\$&")}" \\
  ${quote(root)} ${quote(onDriveZ(program))} "$@"
' sh "$@"
`;
}

/** A word for a shell, within the single quotes of the script. */
function quote(word: string): string {
  if (!/^[\w\\./:@+-]+$/.test(word)) throw new Error(`Unsuited to a path of the machine: ${word}`);
  return `"${word.replaceAll("\\", "\\\\")}"`;
}
