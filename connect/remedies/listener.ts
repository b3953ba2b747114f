/**
 * The process that listens at a socket, as Linux shows it in /proc.
 *
 * @module
 */

import { textOf } from "../../src/files.ts";
import { builtin, granted, nodePermits, runtime } from "../../src/runtime.ts";
import { shellWord } from "../../src/errors/shell_word.ts";
import type { Machine } from "./machine.ts";

/** __SO_ACCEPTCON, `<linux/net.h>`: a socket that listens. */
const LISTENS = 0x10000;
/** SS_CONNECTED, `<linux/net.h>`. */
const CONNECTED = "03";

/** What is known of a socket. */
export interface Listener {
  readonly pid: number | undefined;
  /** Connections that were accepted and are open. */
  readonly connections: number;
}

/**
 * @param endpoint The socket's path.
 * @param pid The process, if the kernel has already reported it.
 */
export function listenerOf(
  endpoint: string,
  pid: number | undefined,
  { files }: Machine,
): Listener {
  const text = runtime.system === "linux" ? textOf(files, "/proc/net/unix", 16 << 20) : undefined;
  const sockets = (text ?? "").split("\n").slice(1).map(parseSocket);
  const listening = sockets.filter(({ listens }) => listens);
  // The kernel reports the path at which the socket was created; a link or a new name may lead to
  // it.
  const own = pid ? openFiles(pid) : undefined;
  const found = listening.find(({ path }) => path === endpoint) ??
    listening.find(({ inode }) => own?.includes(`socket:[${inode}]`)) ??
    onlyOne(listening.filter(({ path }) => isMadeFor(endpoint, path)));
  if (found === undefined) return { pid: pid || undefined, connections: 0 };
  return {
    pid: pid || processWith(`socket:[${found.inode}]`),
    connections: sockets.filter(({ path, connected }) => connected && path === found.path).length,
  };
}

/** `kca dev` creates its socket in a hidden folder next to the endpoint, and moves it there. */
function isMadeFor(endpoint: string, path: string): boolean {
  const folder = endpoint.slice(0, endpoint.lastIndexOf("/") + 1);
  return path.startsWith(folder) && /^\.\w{6}\/s$/.test(path.slice(folder.length));
}

/** With two candidates, it is unknown which one it is. */
function onlyOne<T>(list: readonly T[]): T | undefined {
  return list.length === 1 ? list[0] : undefined;
}

interface Socket {
  readonly listens: boolean;
  readonly connected: boolean;
  readonly inode: string;
  readonly path: string;
}

/** A line of /proc/net/unix: Num RefCount Protocol Flags Type St Inode Path. */
function parseSocket(line: string): Socket {
  const [, , , flags = "", , state, inode = "", ...path] = line.split(" ").filter((word) => word);
  return {
    listens: (parseInt(flags, 16) & LISTENS) !== 0,
    connected: state === CONNECTED && (parseInt(flags, 16) & LISTENS) === 0,
    inode,
    path: path.join(" "),
  };
}

/** @returns The open files of a process; none where they cannot be read. */
function openFiles(pid: number | string): string[] {
  // Asked first, because Deno prompts otherwise.
  if (!granted({ name: "read", path: "/proc" }) || !nodePermits("fs.read", "/proc")) return [];
  const fs = builtin<typeof import("node:fs")>("node:fs")!;
  const folder = `/proc/${pid}/fd`;
  try {
    return fs.readdirSync(folder).map((fd) => {
      try {
        return fs.readlinkSync(`${folder}/${fd}`);
      } catch {
        return ""; // It was closed meanwhile.
      }
    });
  } catch {
    return []; // The process has ended, or is another user's.
  }
}

/** @returns The process that has a socket open, among those that this user may look at. */
function processWith(socket: string): number | undefined {
  if (!granted({ name: "read", path: "/proc" }) || !nodePermits("fs.read", "/proc")) return;
  const fs = builtin<typeof import("node:fs")>("node:fs")!;
  const pids = fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return Number(pids.find((pid) => openFiles(pid).includes(socket))) || undefined;
}

/** Whether a process is stopped, proc(5): its state follows its name in brackets. */
export function isStopped(pid: number, { files }: Machine): boolean {
  const stat = textOf(files, `/proc/${pid}/stat`) ?? "";
  return /^[Tt]/.test(stat.slice(stat.lastIndexOf(")") + 2));
}

/** The ways in which the command is started: installed, from its sources, built, through Deno. */
const KCA =
  /(?:^|\/)(?:kca(?:\.[jt]s)?|cli\/main\.[jt]s|dist\/cli\.js)$|^(?:jsr|npm):\/?@keychain-auth\/client\b/;

/** How a listening `kca dev` was started. */
export interface DevDaemon {
  /** The command that changes its configuration; absent without one. */
  readonly command?: string;
}

/** @returns Undefined for any other daemon. */
export function devDaemon(pid: number | undefined, { files }: Machine): DevDaemon | undefined {
  const line = pid === undefined ? undefined : textOf(files, `/proc/${pid}/cmdline`);
  const words = line?.split("\0") ?? [];
  const at = words.indexOf("dev");
  if (at < 1 || !KCA.test(words[at - 1]!)) return undefined;
  const config = words.find((_, index) => index > at && words[index - 1] === "--config") ??
    words.find((word) => word.startsWith("--config="))?.slice("--config=".length);
  if (config === undefined) return {};
  return { command: `kca dev --config ${shellWord(absolute(config, pid!))}` };
}

function absolute(path: string, pid: number): string {
  if (path.startsWith("/") || !granted({ name: "read", path: "/proc" })) return path;
  try {
    const fs = builtin<typeof import("node:fs")>("node:fs")!;
    return `${fs.readlinkSync(`/proc/${pid}/cwd`)}/${path.replace(/^\.\//, "")}`;
  } catch {
    return path;
  }
}
