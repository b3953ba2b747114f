/** A machine as the explanations of a failure see it, with files that a test makes up. */
import process from "node:process";
import type { Machine } from "../../connect/remedies/machine.ts";
import type { PathFacts } from "../../src/files.ts";

/** What is at a path: its facts, with a text if it is a file, or where a link leads. */
export type PlayedFile = PathFacts & { readonly text?: string; readonly leadsTo?: PathFacts };

/** What is not listed is absent; a file without a text may not be read. */
export function playedMachine(
  files: Readonly<Record<string, PlayedFile | undefined>>,
  uid: number | undefined = 1_000,
): Machine {
  return {
    uid,
    files: {
      look(path, follow) {
        const file: PlayedFile | undefined = path in files ? files[path] : { kind: "absent" };
        return follow ? file?.leadsTo ?? file : file;
      },
      open(path) {
        const text = files[path]?.text;
        if (text === undefined) return undefined;
        const bytes = new TextEncoder().encode(text);
        return {
          size: bytes.length,
          readAt: (offset, length) => bytes.subarray(offset, offset + length),
          close: () => {},
        };
      },
    },
  };
}

/** Runs something with other variables in the environment of this process. */
export function withVariables<T>(
  variables: Readonly<Record<string, string | undefined>>,
  body: () => T,
): T {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  const set = (name: string, value: string | undefined): void => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  for (const [name, value] of Object.entries(variables)) set(name, value);
  try {
    return body();
  } finally {
    for (const [name, value] of before) set(name, value);
  }
}
