/** A folder with a `.env`, no project yet, and a home of its own. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestDaemon } from "../../testing/mod.ts";
import type { FixtureResult } from "../harness.ts";
import { kca, kcaEnv, temporaryFolder } from "./kca.ts";

/** What a user has who is about to import. */
export interface EnvFolder extends Disposable {
  readonly path: string;
  readonly env: Record<string, string | undefined>;
  /** Runs `kca` there. */
  run(...args: string[]): Promise<FixtureResult>;
  at(...parts: string[]): string;
  write(name: string, text: string): void;
  read(name: string): string;
  has(name: string): boolean;
  /** The project file. */
  project(): { service: string; prefix: string; secrets: Record<string, unknown> };
}

/** Makes the folder, called `my-app`. */
export function envFolder(daemon: TestDaemon, dotenv?: string): EnvFolder {
  const folder = temporaryFolder();
  const path = join(folder.path, "my-app");
  const home = join(folder.path, "home");
  mkdirSync(path);
  mkdirSync(home);
  const at = (...parts: string[]): string => join(path, ...parts);
  const env = { ...kcaEnv(daemon), HOME: home, APPDATA: home, XDG_CONFIG_HOME: undefined };
  const read = (name: string): string => readFileSync(at(name), "utf8");
  const write = (name: string, text: string): void => writeFileSync(at(name), text);
  if (dotenv !== undefined) write(".env", dotenv);
  return {
    path,
    env,
    at,
    read,
    write,
    run: (...args) => kca(daemon, args, { cwd: path, env }),
    has: (name) => existsSync(at(name)),
    project: () => JSON.parse(read("kca.json")),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}
