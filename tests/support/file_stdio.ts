/**
 * A child's standard streams as files. Under Wine, Deno now and then crashes while it reads the
 * pipe of a child that ends; and there Bun takes folders that it reads for others.
 */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const BUN_ON_WINE = /^Internal error: directory mismatch for directory .*\n/gm;

/** The files of one child. */
export interface FileStdio {
  /** For `spawn`: descriptors of the three files. */
  readonly stdio: [number, number, number];
  /** Closes them, gives what the child wrote, and removes the files. */
  finish(): { stdout: string; stderr: string };
}

/** Makes the files; the first holds `stdin`. */
export function fileStdio(stdin: string): FileStdio {
  const folder = mkdtempSync(join(tmpdir(), "keychain-auth-stdio-"));
  const [input, output, errors] = ["0", "1", "2"].map((name) => join(folder, name));
  writeFileSync(input!, stdin);
  const stdio: [number, number, number] = [
    openSync(input!, "r"),
    openSync(output!, "w"),
    openSync(errors!, "w"),
  ];
  return {
    stdio,
    finish() {
      for (const descriptor of stdio) closeSync(descriptor);
      const written = {
        stdout: readFileSync(output!, "utf8"),
        stderr: readFileSync(errors!, "utf8").replace(BUN_ON_WINE, ""),
      };
      rmSync(folder, { recursive: true, force: true });
      return written;
    },
  };
}
