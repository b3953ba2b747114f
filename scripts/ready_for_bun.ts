/**
 * A plugin for the build. It tells Bun that a file is plain JavaScript, which Bun otherwise takes apart
 * and writes anew: 6 ms of a start of kca, unless Bun has kept an earlier result, which it does for
 * files of 50 kB and more, in the home of a user who has one.
 */
import type { Plugin } from "rolldown";

/** @returns The plugin. A file that the system starts has its interpreter in the first line. */
export function readyForBun(): Plugin {
  return {
    name: "ready-for-bun",
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== "chunk" || !file.fileName.endsWith(".js")) continue;
        if (!file.code.startsWith("#!")) file.code = `// @bun\n${file.code.trimStart()}`;
      }
    },
  };
}
