/** What the emulation cannot do. */
export interface LeftOut {
  /** Files that are left out. */
  readonly file?: RegExp;
  /** Cases that are left out, by their names. */
  readonly name?: RegExp;
  readonly why: string;
}

/** What is left out of the suite under QEMU, and why. */
export const LEFT_OUT: readonly LeftOut[] = [
  {
    file: /identity|real_daemon|shared_runtime|replaced|abandoned/,
    why: "to the kernel, the program that calls is QEMU",
  },
  {
    name: /a denial carries reason, executable and remedy/,
    why: "it hashes the whole executable, which takes the emulator half a minute",
  },
  {
    name: /a synchronous pipe takes in no more than 1 MiB meanwhile/,
    why: "the emulator does not read so much in the 300 ms that it has",
  },
];
