/** A repository with a kca.json, and a home of its own. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestDaemon } from "../../testing/mod.ts";
import type { FixtureResult } from "../harness.ts";
import { kca, SERVICE, temporaryFolder } from "./kca.ts";

/** A project with a secret of each kind. */
export const SPEC = {
  service: SERVICE,
  prefix: "proj_123:{profile}:",
  profile: "development",
  secrets: {
    DATABASE_URL: { description: "Postgres of the app" },
    OPENAI_KEY: { target: "shared:OPENAI_KEY" },
    SENTRY_DSN: { description: "Errors", optional: true },
    SESSION_KEY: { generate: 32 },
    PORT: { default: "5432", public: true },
  },
  profiles: { development: {}, production: { secrets: { SENTRY_DSN: { required: true } } } },
};
/** What is stored for its first profile. */
export const STORED = {
  "proj_123:development:DATABASE_URL": "postgres://dev",
  "shared:OPENAI_KEY": "sk-1",
  "proj_123:development:SESSION_KEY": "session",
};
/** A policy that allows exact names only. */
export const NO_SEARCH = {
  policy: {
    allowed_read_services: [SERVICE],
    allowed_write_services: [SERVICE],
    can_search: false,
  },
};

/** A repository with a project, and a home of its own. */
export interface Stage extends Disposable {
  readonly repository: string;
  readonly home: string;
  run(args: readonly string[], options?: Options): Promise<FixtureResult>;
}

interface Options {
  readonly cwd?: string;
  readonly env?: Record<string, string | undefined>;
  readonly stdin?: string;
}

/** Makes a repository with a project. */
export function stage(daemon: TestDaemon, spec: unknown = SPEC): Stage {
  const folder = temporaryFolder();
  const repository = join(folder.path, "repository");
  const home = join(folder.path, "home");
  for (const path of [join(repository, ".git"), join(repository, "a", "b"), home]) {
    mkdirSync(path, { recursive: true });
  }
  writeFileSync(
    join(repository, "kca.json"),
    typeof spec === "string" ? spec : JSON.stringify(spec, null, 2),
  );
  return {
    repository,
    home,
    run: (args, { cwd = repository, env = {}, stdin } = {}) =>
      kca(daemon, args, {
        cwd,
        ...(stdin !== undefined && { stdin }),
        env: {
          HOME: home,
          APPDATA: home,
          XDG_CONFIG_HOME: undefined,
          // The project's service counts, not this one.
          KEYCHAIN_AUTH_SERVICE: "Another",
          ...env,
        },
      }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}
