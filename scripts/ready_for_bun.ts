/**
 * A plugin for the build. It tells Bun that a file is plain JavaScript, which Bun otherwise takes apart
 * and writes anew: 6 ms of a start of kca, unless Bun has kept an earlier result, which it does for
 * files of 50 kB and more, in the home of a user who has one. Bun reads such a file as Latin-1, so
 * what is beyond ASCII becomes an escape: all of it stands in texts and regular expressions.
 */
import type { Plugin } from "rolldown";

/** @returns The plugin. A file that the system starts has its interpreter in the first line. */
export function readyForBun(): Plugin {
  return {
    name: "ready-for-bun",
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== "chunk" || !file.fileName.endsWith(".js")) continue;
        const code = file.code.replace(/[^\0-\x7f]/g, escaped);
        file.code = code.startsWith("#!") ? code : `// @bun\n${code.trimStart()}`;
      }
    },
  };
}

/** Without the flag `u`, a pattern meets each half of a pair by itself. */
function escaped(half: string): string {
  return `\\u${half.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
