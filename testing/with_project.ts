import { type Need, needsOf, takeValues } from "../project/resolve.ts";
import type { CheckSpec, Mistake, ProjectShape, SecretNames } from "../project/spec_types.ts";
import { validateSpec } from "../project/validate_spec.ts";
import { redactObject } from "../src/client/redact_object.ts";
import { withVariables } from "./environment.ts";
import { startDaemon } from "./start.ts";
import type { DaemonOptions, TestDaemon } from "./types.ts";
import { notAwaited, SOCKET } from "./with_daemon.ts";

/**
 * The values of a test's project. A value is missing when neither the test nor a default gives it.
 */
export type TestEnv<S extends ProjectShape, V> = {
  readonly [K in SecretNames<S>]: K extends keyof V ? string
    : S["secrets"][K] extends { readonly default: unknown } ? string
    : string | undefined;
};

/** The argument of a test. */
export interface TestProject<S extends ProjectShape, V> {
  /** The daemon that holds the values. */
  readonly daemon: TestDaemon;
  /**
   * The values, as `loadProject()` returns them without parsers. When logged, it shows only its
   * names.
   */
  readonly env: TestEnv<S, V>;
  /** The profile, if the project has profiles. */
  readonly profile: string | undefined;
}

/**
 * The body of a test.
 *
 * @typeParam S The project.
 * @typeParam V The values.
 * @typeParam C What the test runner passes to a test.
 */
export type ProjectTest<S extends ProjectShape, V, C = unknown> = (
  project: TestProject<S, V>,
  context: C,
) => void | Promise<void>;

/** Options of {@linkcode withProject}: those of the daemon, and the profile. */
export interface WithProjectOptions extends Omit<DaemonOptions, "secrets"> {
  /** The profile. Default: the project's default, else its first. */
  readonly profile?: string;
}

/** Further rules for the values: a sentence in the place of each mistake. */
export type CheckValues<S extends ProjectShape, V> =
  & {
    readonly [K in SecretNames<S>]?: K extends keyof V
      ? V[K] extends string ? unknown : Mistake<`The value of ${K} must be a string`>
      : unknown;
  }
  & {
    readonly [K in Exclude<keyof V, SecretNames<S>> & string]: Mistake<
      `The project declares no secret called ${K}`
    >;
  };

/**
 * Creates a test with a project's secrets, for `Deno.test`, `bun:test`, `node:test`, Vitest and
 * Jest. While the test runs, an embedded daemon holds the secrets, and all code that reads the
 * project, in this process or its children, gets these and no others: `KEYCHAIN_AUTH_SOCKET` points
 * to the daemon, `KCA_PROFILE` names the profile, and the declared variables of the shell,
 * `KCA_SOURCE` and `KCA_LOADED` are removed.
 *
 * @typeParam S The project.
 * @typeParam V The values.
 * @typeParam C What the test runner passes to a test.
 * @param spec The project: `kca.json` imported as a module, or the same in code.
 * @param values The stored values, by variable. A value that is left out is missing.
 * @param body The test. It is given the daemon and the values, and what the runner passes to a test.
 * @param options The profile, and how the daemon behaves.
 * @returns The function to pass to the runner. It rejects when another such test runs at the same
 * time, because a process has one environment.
 * @throws {InvalidRequestError} When the project is invalid.
 * @throws {TypeError} When a value is not a string, or the project does not declare its name.
 *
 * @example
 * ```ts
 * import { loadProject } from "@keychain-auth/client/project";
 * import { withProject } from "@keychain-auth/client/testing";
 *
 * // In a project: import spec from "./kca.json" with { type: "json" };
 * const spec = { service: "App", secrets: { API_KEY: {}, PORT: { default: "80" } } } as const;
 *
 * const test = withProject(spec, { API_KEY: "sk-dev" }, async ({ daemon, env }) => {
 *   console.log(env.API_KEY, env.PORT); // sk-dev 80
 *   console.log((await loadProject(spec)).API_KEY); // sk-dev
 *   console.log(daemon.recorded.length); // 1
 * });
 * await test(); // the runner's part: Deno.test("reads its key", test)
 * ```
 */
export function withProject<const S extends ProjectShape, const V extends object, C = unknown>(
  spec: S & CheckSpec<S>,
  values: V & CheckValues<S, V>,
  body: ProjectTest<S, V, C>,
  options: WithProjectOptions = {},
): (context?: C) => Promise<void> {
  if (typeof body !== "function") {
    throw new TypeError("withProject() takes a function for the test");
  }
  const { profile: chosen, ...rest } = options;
  const project = validateSpec(spec);
  const name = chosen ?? project.profile ?? project.profiles.keys().next().value;
  const { secrets, profile } = needsOf(
    project,
    name === undefined ? {} : { profile: { name, from: "profile" } },
  );
  const given = checkedValues(values, secrets);
  const env = redactObject(
    Object.fromEntries(
      [...takeValues(secrets, ({ name }) => given.get(name))]
        .map(([name, { value }]) => [name, value]),
    ),
  ) as TestEnv<S, V>;
  const stored = Object.fromEntries(
    secrets.filter(({ name }) => given.has(name))
      .map(({ name, target }) => [target, given.get(name)!.value]),
  );
  const cleared = Object.fromEntries(secrets.map(({ name }) => [name, undefined]));
  // Declared without a parameter, because some runners treat a parameter as a callback and wait for
  // it.
  return notAwaited("withProject", async (...context: [C?]) => {
    const daemon = await startDaemon({ ...rest, secrets: { [project.service]: stored } });
    const variables = {
      ...cleared,
      [SOCKET]: daemon.endpoint,
      KCA_PROFILE: profile,
      KCA_SOURCE: undefined,
      // A child process must not treat the values of this process as loaded.
      KCA_LOADED: undefined,
    };
    try {
      await withVariables(variables, () => body({ daemon, env, profile }, context[0] as C));
    } finally {
      await daemon.close();
    }
  });
}

type Stored = { readonly value: string; readonly origin: "stored" };

function checkedValues(values: object, secrets: readonly Need[]): Map<string, Stored> {
  const declared = new Set(secrets.map(({ name }) => name));
  return new Map(
    Object.entries(values).map(([name, value]) => {
      if (!declared.has(name)) {
        throw new TypeError(`The project declares no secret called ${JSON.stringify(name)}`);
      }
      if (typeof value !== "string") throw new TypeError(`The value of ${name} must be a string`);
      return [name, { value, origin: "stored" }];
    }),
  );
}
