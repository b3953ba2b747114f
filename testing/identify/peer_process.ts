/**
 * Finds the process at the other end of an accepted socket, as the kernel reports (SO_PEERCRED).
 */
import { execFileSync, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { posixBinding } from "../../connect/choose_transport.ts";
import { ffiFlags } from "../../connect/deno_permissions.ts";
import { NOT_PERMITTED, type PosixBinding } from "../../ffi/binding.ts";
import { libcCandidates } from "../../ffi/posix/libc.ts";
import { LINUX } from "../../ffi/posix/linux.ts";
import { runtime } from "../../src/runtime.ts";
import { descriptorOf, showsDescriptors } from "./descriptor.ts";

/** Finds the process that connected. */
export interface PeerLookup {
  /**
   * @param socket An accepted socket.
   * @returns The process id in this process's own view, or undefined when the kernel reports none.
   */
  processOf(socket: Socket): Promise<number | undefined>;
  /** Unloads libraries. */
  close(): void;
}

/**
 * Opens the best method of this runtime: foreign functions, or on a Node without them perl or
 * python3, which inherits the socket and asks the kernel.
 *
 * @throws {Error} When there is none.
 */
export async function openPeerLookup(): Promise<PeerLookup> {
  if (runtime.system !== "linux") {
    throw new Error("Cannot identify callers: a daemon with a config does so on Linux only");
  }
  if (!await showsDescriptors()) {
    throw new Error(
      `Cannot identify callers: ${runtime.name} ${runtime.version} hides the descriptors of ` +
        "sockets. Run this with a newer version, or with Node",
    );
  }
  const binding = posixBinding!;
  const paths = libcCandidates(runtime);
  const obstacle = paths.length === 0
    ? `libc on ${runtime.arch} is not known`
    : binding.obstacle(paths);
  if (obstacle === undefined) return foreignLookup(binding, paths);
  const permitted = obstacle !== NOT_PERMITTED;
  const interpreter = runtime.name === "node" && permitted ? findInterpreter() : undefined;
  if (interpreter !== undefined) return interpretedLookup(interpreter);
  throw new Error(
    `Cannot identify callers: ${obstacle}. ` +
      (permitted
        ? "Run this with Deno, Bun or Node 26, or install perl or python3"
        : `Add ${ffiFlags().join(" ")}`),
  );
}

function foreignLookup(binding: PosixBinding, paths: readonly string[]): PeerLookup {
  const calls = binding.posixCalls(LINUX, paths);
  return {
    // deno-lint-ignore require-await -- an error of the kernel becomes a rejection
    async processOf(socket) {
      const fd = descriptorOf(socket);
      return fd === undefined ? undefined : LINUX.peerOf(calls, fd).pid || undefined;
    },
    close: () => calls.unload(),
  };
}

interface Interpreter {
  readonly file: string;
  readonly args: readonly string[];
}

/** Each prints the process id from the `struct ucred` of descriptor 3. */
const INTERPRETERS: readonly Interpreter[] = [
  {
    file: "perl",
    args: ["-e", 'open $s, "+<&=", 3 or die; print unpack "i", getsockopt $s, 1, 17 or die'],
  },
  {
    file: "python3",
    args: [
      "-c",
      "import socket, struct\n" +
      "print(*struct.unpack('i', socket.socket(fileno=3).getsockopt(1, 17, 4)), end='')",
    ],
  },
];

function findInterpreter(): Interpreter | undefined {
  return INTERPRETERS.find(({ file, args: [flag] }) => {
    try {
      execFileSync(file, [flag!, ""], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  });
}

function interpretedLookup({ file, args }: Interpreter): PeerLookup {
  return {
    processOf(socket) {
      const fd = descriptorOf(socket);
      if (fd === undefined) return Promise.resolve(undefined);
      return new Promise((resolve, reject) => {
        const child = spawn(file, args, { stdio: ["ignore", "pipe", "ignore", fd] });
        let output = "";
        child.stdout!.on("data", (chunk) => output += chunk);
        child.once("error", reject);
        child.once("close", () => resolve(Number(output) || undefined));
      });
    },
    close() {},
  };
}
