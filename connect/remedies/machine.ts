/**
 * What this machine shows of a daemon: how it was installed, and what is at a path.
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

/** Where an installation for the whole system keeps what, whether or not it runs. */
const INSTALLED = [SYSTEM_FOLDER, "/etc/keychain-auth", "/var/lib/keychain-auth"];

/** This machine, as far as this process may look. */
export interface Machine {
  readonly files: Files;
  /** The effective user id of this process. */
  readonly uid: number | undefined;
}

/** @param system The services of the transport in use. */
export function lookAround(system: SystemServices): Machine {
  const files = filesOf(system);
  let uid: number | undefined;
  return {
    files,
    // Deno tells it with a permission only, and the kernel everybody.
    get uid() {
      return uid ??= system.uid() ?? files.look("/proc/self", true)?.uid;
    },
  };
}

/** Through libc first: Deno may have no permission to read, and node:fs takes long to load. */
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

/** Whether an endpoint is that of a daemon for the whole system. */
export function isSystemEndpoint(endpoint: string): boolean {
  return runtime.system === "linux" && endpoint.startsWith(`${SYSTEM_FOLDER}/`);
}

/** Whether a daemon for the whole system is installed, so that nobody may start one of his own. */
export function hasSystemDaemon({ files }: Machine): boolean {
  return runtime.system === "linux" && INSTALLED.some((path) => isThere(path, { files }) === true);
}

/** Whether anything is at a path; `undefined` when it may not be asked. */
export function isThere(path: string, { files }: Pick<Machine, "files">): boolean | undefined {
  const kind = files.look(path)?.kind;
  return kind && kind !== "absent";
}

/**
 * @param command A command that only root may use.
 * @returns The command as it must be typed. Also root types `sudo` where it is installed: who reads
 * the message may be somebody else.
 */
export function asRoot(command: string, { uid, files }: Machine): string {
  const isFile = (path: string): boolean => {
    const kind = files.look(path, true)?.kind;
    return kind === undefined || kind === "file";
  };
  const folders = env("PATH")?.split(":") ?? ["/usr/bin"];
  const needless = uid === 0 && !folders.some((folder) => isFile(`${folder}/sudo`));
  return needless ? command : `sudo ${command}`;
}

/** The part of a path that keeps this user out. */
export interface Barrier extends PathFacts {
  readonly path: string;
}

/** @returns What cannot be entered or opened on the way to a path, where that can be told. */
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
