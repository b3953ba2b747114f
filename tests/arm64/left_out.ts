/** What is left out of the suite under QEMU, file by file and case by case, and why. */
export interface LeftOut {
  /** Files that are left out. */
  readonly file?: RegExp;
  /** Cases that are left out, by their names. */
  readonly name?: RegExp;
  readonly why: string;
}

/** What the emulation cannot do. */
const CANNOT: readonly LeftOut[] = [
  {
    file:
      /^tests\/unit\/(testing\/(identity|shared_identity|programs)|keytar\/identified|support\/real_daemon)_unix_test/,
    why: "they are about the program that calls, and to the kernel that is QEMU",
  },
  {
    name: /an identifying daemon passes|the stand-in for the real daemon passes/,
    why: "to the kernel, the program that calls is QEMU",
  },
  {
    name: /^fault: executable replaced/,
    why: "the kernel starts no copy of the runtime",
  },
  {
    name:
      /^Deno with the (libc grant and the environment|grant for a libc that is not there)|^Deno without the environment is told|^each set of flags that a missing permission names|^Deno that may see which endpoint is named|^a denial names the executable and its hash also with the libc grant/,
    why:
      "Debian's packages for cross-building keep libc elsewhere than the path that a grant names",
  },
  {
    name: /this runtime is recognised by its content|is no shared runtime, signed or not/,
    why: "what starts the runtime is a script, and the kernel starts no copy of the runtime itself",
  },
  {
    name: /a denial carries reason, executable and remedy/,
    why:
      "for each transport it hashes the whole executable, which takes the emulator half a minute",
  },
];

/** What no processor changes, and what takes the emulator minutes. */
const TAKES_LONG: readonly LeftOut[] = [
  {
    file: /^tests\/(fuzz|remedies)\//,
    why: "replies and arguments by the thousand, and kca by the dozen: TypeScript alone",
  },
  {
    file: /^tests\/unit\/conformance\/mutations_unix_test/,
    why: "each of a hundred daemons is asked everything: a quarter of an hour for TypeScript alone",
  },
  {
    name:
      /an embedded daemon without a policy passes|slow checks pass, and are asked only when wanted|a caller who may only (read|write) is|nothing is left behind(, and what was there| when the run is| by a daemon that fails)|values of other programs are not shown, even|TAP and JUnit hold each check|a service with odd characters is asked/,
    why: "one run of the conformance kit with all its checks is made, not ten",
  },
  {
    name: /a value shows nowhere when the server does: (?!echo it as a reply|crash)/,
    why: "of 13 ways to show a value, each a start of the runtime for each transport, two are gone",
  },
  {
    name: /LineDecoder decodes 5 MB the same in pieces of [17] bytes/,
    why: "a million and more calls of TypeScript: ten minutes",
  },
  {
    name: /^\[(deno|node)\] a refused call (before|after) another of the same turn/,
    why: "lists without end take half a minute each; over ffi it is run",
  },
  {
    name: /^\[(deno|node)\] under fake timers/,
    why: "the sockets of the runtimes know no clock of ours; over ffi it is run",
  },
];

/** All of it. */
export const LEFT_OUT: readonly LeftOut[] = [...CANNOT, ...TAKES_LONG];
