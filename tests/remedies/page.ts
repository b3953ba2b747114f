/**
 * The page docs/doctor.md, made from the situations: `deno run -A tests/remedies/page.ts` writes it
 * (`deno fmt` then lines its tables up), a test compares it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { chapters, situations } from "./table.ts";

const INTRODUCTION = `# When no secret can be read

\`kca doctor\` looks at the runtime, at the way to the daemon, at the program that the daemon sees and
at what that program may do. It changes nothing and ends within 5 seconds; \`--timeout TIME\` gives
each request longer. The library's errors say the same: their message ends in \`Type: …\`, and
\`error.remedy\` holds that command.

Every row is a test: it brings the situation about in a shell, types what is printed, and reads the
secret, as an ordinary user: through \`connect()\` on Deno, Bun and Node, and through \`kca doctor\`,
whose advice is the same code on each of them, on Bun. The daemon is a stand-in with the real one's
command line and rules. This page is written by \`deno run -A tests/remedies/page.ts\`; a test fails
when it and the tests differ.

Words in capitals stand for what is printed in their place: \`PROGRAM\` for the real path of the
executable, \`SERVICE\` for the service that was asked for.
`;

const END = `## What the commands do

- \`keychain-auth authorize\` grants reading, writing and searching one service to one executable. For
  a script that is deno, bun or node, and so every script that the runtime runs:
  [identity.md](identity.md) shows how a program gets an approval of its own.
- \`keychain-auth approve none PATH\` makes the entry of another path harmless. No command removes it.
- \`keychain-auth start\` stays in the foreground: give it a terminal of its own. It takes the socket
  of a daemon that lives, and two daemons on one store overwrite each other's secrets. So it is
  printed only where no daemon answers, hangs, or closes, and none is installed for the whole
  system.
- With a daemon for the whole system, the same commands without \`sudo\` say that they have worked and
  change nothing.
- On Windows the commands are those of PowerShell.
`;

/** The page as it must be. */
export function page(): string {
  const parts = [INTRODUCTION, `There are ${situations.length} situations.\n`];
  for (const [title, rows] of Object.entries(chapters)) {
    parts.push(`## ${title}\n`, "| situation | what is printed | what to type |", "|---|---|---|");
    for (const { name, says, typed, only } of rows) {
      const lines = typed.map((line) => `\`${line}\``).join(", then ");
      const whose = only === "doctor" ? " _By \`kca doctor\` only._" : "";
      parts.push(`| ${name} | “${says}”${whose} | ${lines || "Nothing: the text says so"} |`);
    }
    parts.push("");
  }
  return [...parts, END].join("\n");
}

/** The page as it is. */
export function written(root: string): string {
  return readFileSync(join(root, "docs", "doctor.md"), "utf8");
}

if (process.argv[1]?.endsWith("remedies/page.ts")) {
  writeFileSync(join(process.cwd(), "docs", "doctor.md"), page());
}
