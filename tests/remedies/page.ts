/**
 * The page docs/doctor.md, made from the situations: `deno run -A tests/remedies/page.ts` writes it
 * (`deno fmt` then lines its tables up), a test compares it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { chapters, situations } from "./table.ts";

const INTRODUCTION = `# When no secret can be read

\`kca doctor\` examines the runtime, the way to the daemon, the program that the daemon sees, and what
that program may do. It changes nothing and ends within 5 seconds; \`--timeout TIME\` gives each
request more time. The library's errors say the same: their message ends in \`Type: …\`, and
\`error.remedy\` is that command.

Every row is a test: it creates the situation in a shell, types the printed command, and reads the
secret, as an ordinary user. It does so through \`connect()\` on Deno, Bun and Node, and through
\`kca doctor\` on Bun, because its advice is the same code on each runtime. The daemon is a stand-in
with the real one's command line and rules. \`deno run -A tests/remedies/page.ts\` writes this page,
and a test fails when the page and the tests differ.

Words in capitals are placeholders: \`PROGRAM\` is the real path of the executable, and \`SERVICE\` the
requested service.
`;

const END = `## What the commands do

- \`keychain-auth authorize\` grants reading, writing and searching one service to one executable. For
  a script that is deno, bun or node, and so every script that the runtime runs:
  [identity.md](identity.md) shows how a program gets its own approval.
- \`keychain-auth approve none PATH\` replaces the hash in the entry of another path, so that the
  entry no longer matches. No command removes an entry.
- \`keychain-auth start\` stays in the foreground: give it its own terminal. It takes the socket from
  a running daemon, and two daemons on one store overwrite each other's secrets. So it is printed
  only when no daemon answers, hangs, or closes, and no system daemon is installed.
- With a system daemon, the same commands without \`sudo\` report success and change nothing.
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
