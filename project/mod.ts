/**
 * The secrets that a project declares in `kca.json`, as one typed object. The compiler knows every
 * name and whether it can be missing; nothing is generated.
 *
 * @example
 * ```ts
 * import { loadProject } from "@keychain-auth/client/project";
 *
 * // In a project: import spec from "./kca.json" with { type: "json" };
 * const spec = {
 *   service: "AgentSecrets",
 *   prefix: "proj_123:{profile}:",
 *   profile: "development",
 *   secrets: { PORT: { default: "5432" }, SENTRY_DSN: { optional: true } },
 *   profiles: { development: {}, production: {} },
 * } as const;
 * const env = await loadProject(spec, { parse: { PORT: Number } });
 * console.log(env.PORT); // 5432
 * ```
 *
 * @module
 */

export { loadProject } from "./load_project.ts";
export type {
  CertainNames,
  CheckedProfile,
  CheckParsers,
  ChosenNames,
  ChosenProfile,
  IsUnion,
  LeftOut,
  LoadOptions,
  ParsedType,
  ProjectOptions,
  ProjectParser,
  ProjectValues,
} from "./load_types.ts";
export type {
  Absent,
  CheckProfile,
  CheckSecret,
  CheckSpec,
  InProfile,
  Maybe,
  Mistake,
  ProfileNames,
  ProjectShape,
  SecretNames,
  SpecKeys,
  UnknownKeys,
} from "./spec_types.ts";
export type { StandardResult, StandardSchema } from "../src/client/load.ts";
export * from "../src/errors/mod.ts";
export type { Action, DeniedReason } from "../src/errors/reasons.ts";
