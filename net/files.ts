/**
 * Files through the runtime's own modules.
 *
 * @module
 */

import { factsOf, factsOfError, type Files } from "../src/files.ts";
import { builtin } from "../src/runtime.ts";
import { mayRead } from "./file_status.ts";

const fs = (): typeof import("node:fs") => builtin<typeof import("node:fs")>("node:fs")!;

/** Files as the runtime's permissions allow. */
export const runtimeFiles: Files = {
  look(path, follow = false) {
    if (!mayRead(path)) return undefined;
    try {
      const { uid, mode } = follow ? fs().statSync(path) : fs().lstatSync(path);
      return factsOf(mode, uid);
    } catch (error) {
      return factsOfError((error as { code?: unknown }).code);
    }
  },
  open(path) {
    if (!mayRead(path)) return undefined;
    const { closeSync, fstatSync, openSync, readSync } = fs();
    const file = openSync(path, "r");
    return {
      size: fstatSync(file).size,
      readAt(offset, length) {
        const bytes = new Uint8Array(length);
        let read = 0;
        for (let count = 1; count > 0 && read < length; read += count) {
          count = readSync(file, bytes, read, length - read, offset + read);
        }
        return bytes.subarray(0, read);
      },
      close: () => closeSync(file),
    };
  },
};
