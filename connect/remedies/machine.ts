/**
 * Facts about this machine: how a daemon was installed, and what is at a path.
 *
 * @module
 */

import { posixFiles } from "../../ffi/posix/files.ts";
import type { PosixCalls } from "../../ffi/posix/calls.ts";
import { FfiTransport } from "../../ffi/transport.ts";
import { runtimeFiles } from "../../net/files.ts";
import { SYSTEM_FOLDER } from "../../src/client/endpoint.ts";
import type { Files, PathFacts } from "../../src/files.ts";
import { env, runtime } from "../../src/runtime.ts";
import type { SystemServices } from "../../src/system.ts";

/** Paths of a system installation, which exist whether or not the daemon runs. */
const INSTALLED = [SYSTEM_FOLDER, "/etc/keychain-auth", "/var/lib/keychain-auth"];

/** This machine, as far as this process has access. */
export interface Machine {
  readonly files: Files;
  /** The effective user id of this process. */
  readonly uid: number | undefined;
}

/** @param system The services of the transport in use. */
export function machineOf(system: SystemServices): Machine {
  const files = filesOf(system);
  let uid: number | undefined;
  return {
    files,
    // Deno says so only with a permission. The kernel tells everyone: the owner of /proc/self.
    get uid() {
      return uid ??= system.uid() ?? files.look("/proc/self", true)?.uid;
    },
  };
}

/** Through libc first, because Deno may have no permission to read, and node:fs is slow to load. */
function filesOf(system: SystemServices): Files {
  if (!(system instanceof FfiTransport) || runtime.system === "windows") return runtimeFiles;
  const native = posixFiles(system as FfiTransport<PosixCalls>);
  return {
    look(path, follow) {
      try {
        const facts = native.look(path, follow);
        if (facts !== undefined) return facts;
      } catch {
        // libc cannot be loaded after all.
      }
      return runtimeFiles.look(path, follow);
    },
    open: (path) => native.open(path),
  };
}

/** Whether an endpoint is that of the system's daemon. */
export function isSystemEndpoint(endpoint: string): boolean {
  return runtime.system === "linux" && endpoint.startsWith(`${SYSTEM_FOLDER}/`);
}

/** Whether a system daemon is installed; users must then not start their own. */
export function hasSystemDaemon({ files }: Machine): boolean {
  return runtime.system === "linux" && INSTALLED.some((path) => isThere(path, { files }) === true);
}

/** Whether a path exists; `undefined` when that cannot be checked. */
export function isThere(path: string, { files }: Pick<Machine, "files">): boolean | undefined {
  const kind = files.look(path)?.kind;
  return kind && kind !== "absent";
}

/**
 * @param command A command that only root may use.
 * @returns The command as it must be typed. For root it also has `sudo` where that is installed,
 * because another user may read the message.
 */
export function asRoot(command: string, machine: Machine): string {
  const needless = machine.uid === 0 && hasCommand("sudo", machine) === false;
  return needless ? command : `sudo ${command}`;
}

/** Whether a folder of PATH has a command; `undefined` when that cannot be checked. */
export function hasCommand(
  command: string,
  { files }: Pick<Machine, "files">,
): boolean | undefined {
  const [separator, end] = runtime.system === "windows" ? [";", ".exe"] : [":", ""];
  const kinds = env("PATH")?.split(separator).filter((folder) => folder !== "")
    .map((folder) => files.look(`${folder}/${command}${end}`, true)?.kind);
  if (kinds?.includes("file")) return true;
  return kinds === undefined || kinds.includes(undefined) ? undefined : false;
}

/** The part of a path to which this user has no access. */
export interface Barrier extends PathFacts {
  readonly path: string;
}

/** @returns The part of a path that cannot be entered or opened, if it is known. */
export function barrierOf(path: string, { files }: Machine): Barrier | undefined {
  const parts = path.split("/").slice(1);
  let before = "/";
  for (let count = 1; count <= parts.length; count++) {
    const here = `/${parts.slice(0, count).join("/")}`;
    const facts = files.look(here);
    if (facts === undefined) return undefined;
    if (facts.kind === "closed") return { path: before, ...files.look(before) ?? facts };
    if (count === parts.length) return { path: here, ...facts };
    before = here;
  }
  return undefined;
}
