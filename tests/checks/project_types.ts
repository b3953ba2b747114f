/** Programs that use loadProject() and withProject(): one that compiles, and what the compiler must say of others. */

/** The project files that the programs import. */
export const JSON_FILES: Readonly<Record<string, string>> = {
  "kca.json": `{
  "$schema": "./kca.schema.json", "service": "AgentSecrets",
  "prefix": "proj_123:{profile}:", "profile": "development",
  "secrets": {
    "DATABASE_URL": { "description": "Postgres of the app" },
    "OPENAI_KEY": { "target": "shared:OPENAI_KEY" },
    "SENTRY_DSN": { "description": "Errors", "optional": true },
    "SESSION_KEY": { "generate": 32 },
    "PORT": { "default": "5432", "public": true }
  },
  "profiles": {
    "development": {},
    "production": { "secrets": { "SENTRY_DSN": { "required": true } } }
  }
}`,
  "unknown_key.json": '{"service":"S","secrets":{"A":{"optinal":true}}}',
  "both.json": '{"service":"S","secrets":{"A":{"optional":true,"default":"x"}}}',
};

/** What each program begins with. */
export const HEAD = `import { loadProject } from "@keychain-auth/client/project";
import { withProject } from "@keychain-auth/client/testing";
import spec from "./kca.json" with { type: "json" };
`;

/** Compiles, when each type is exactly what the project says. */
export const GOOD = `
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;
function is<_ extends true>(): void {}

const all = await loadProject(spec);
is<Same<typeof all.SENTRY_DSN, string | undefined>>();
is<Same<typeof all.DATABASE_URL, string>>();
is<Same<typeof all.PORT, string>>();
is<Same<typeof all.SESSION_KEY, string>>();

const production = await loadProject(spec, { profile: "production" });
is<Same<typeof production.SENTRY_DSN, string>>();
const development = await loadProject(spec, { profile: "development" });
is<Same<typeof development.SENTRY_DSN, string | undefined>>();

declare const text: string;
declare const maybeText: string | undefined;
declare const maybe: "production" | undefined;
declare const either: "production" | "development";
const ofText = await loadProject(spec, { profile: text });
is<Same<typeof ofText.SENTRY_DSN, string | undefined>>();
const ofMaybeText = await loadProject(spec, { profile: maybeText });
is<Same<typeof ofMaybeText.SENTRY_DSN, string | undefined>>();
const ofMaybe = await loadProject(spec, { profile: maybe });
is<Same<typeof ofMaybe.SENTRY_DSN, string | undefined>>();
const ofEither = await loadProject(spec, { profile: either });
is<Same<typeof ofEither.SENTRY_DSN, string | undefined>>();

declare const schema: {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => { value: number } | { issues: readonly string[] };
    readonly types?: { readonly input: unknown; readonly output: number };
  };
};
const parsed = await loadProject(spec, {
  profile: "development",
  parse: {
    PORT: Number,
    OPENAI_KEY: schema,
    SENTRY_DSN: (value) => new URL(value),
    SESSION_KEY: async (value) => value.length,
  },
});
is<Same<typeof parsed.PORT, number>>();
is<Same<typeof parsed.OPENAI_KEY, number>>();
is<Same<typeof parsed.SENTRY_DSN, URL | undefined>>();
is<Same<typeof parsed.SESSION_KEY, number>>();
is<Same<typeof parsed.DATABASE_URL, string>>();

const some = await loadProject(spec, {
  only: ["PORT", "SENTRY_DSN"],
  profile: "production",
  parse: { PORT: Number },
  source: "dir:/run/secrets",
});
is<Same<keyof typeof some, "PORT" | "SENTRY_DSN">>();
is<Same<typeof some.PORT, number>>();
is<Same<typeof some.SENTRY_DSN, string>>();
declare const names: ("PORT" | "DATABASE_URL")[];
const dynamic = await loadProject(spec, { only: names });
is<Same<typeof dynamic.PORT, string | undefined>>();
declare const name: "PORT" | "DATABASE_URL";
const oneOf = await loadProject(spec, { only: [name, "OPENAI_KEY"] });
is<Same<typeof oneOf.PORT, string | undefined>>();
is<Same<typeof oneOf.OPENAI_KEY, string>>();

const inline = await loadProject({
  service: "S",
  secrets: { A: {}, B: { optional: true } },
  profiles: { x: {}, y: { secrets: { B: { required: true } } } },
}, { profile: "y", only: ["B"] });
is<Same<typeof inline.B, string>>();
const plain = await loadProject({ service: "S", secrets: { A: {}, B: { optional: true } } });
is<Same<typeof plain.A, string>>();
is<Same<typeof plain.B, string | undefined>>();

withProject(spec, { SENTRY_DSN: "https://a" }, ({ env }, context: { id: number }) => {
  is<Same<typeof env.SENTRY_DSN, string>>();
  is<Same<typeof env.PORT, string>>();
  is<Same<typeof env.DATABASE_URL, string | undefined>>();
  is<Same<typeof context.id, number>>();
});
`;

/** A program that must not compile. */
interface Mistake {
  readonly what: string;
  readonly code: string;
  /** Part of what the compiler says. */
  readonly says: RegExp;
}

const inline = (secrets: string, rest = ""): string =>
  `await loadProject({ service: "S", secrets: ${secrets}${rest} });`;

/** Programs that must not compile. */
export const BAD: readonly Mistake[] = [
  {
    what: "a misspelt name of the result",
    code: "(await loadProject(spec)).DATABSE_URL;",
    says: /Property 'DATABSE_URL' does not exist on type [\s\S]*Did you mean 'DATABASE_URL'\?/,
  },
  {
    what: "a forgotten undefined",
    code: "const dsn: string = (await loadProject(spec)).SENTRY_DSN; dsn;",
    says: /Type 'undefined' is not assignable to type 'string'/,
  },
  {
    what: "a forgotten undefined of a parsed value",
    code:
      "(await loadProject(spec, { parse: { SENTRY_DSN: (v) => new URL(v) } })).SENTRY_DSN.host;",
    says: /is possibly 'undefined'/,
  },
  {
    what: "an unknown profile",
    code: 'await loadProject(spec, { profile: "prod" });',
    says: /Type '"prod"' is not assignable to type '"development" \| "production" \| undefined'/,
  },
  {
    what: "a profile of a project without any",
    code: 'await loadProject({ service: "S", secrets: { A: {} } }, { profile: "prod" });',
    says: /The project declares no profiles/,
  },
  {
    what: "a misspelt name in parse",
    code: "await loadProject(spec, { parse: { PROT: Number } });",
    says: /The project declares no secret called PROT/,
  },
  {
    what: "a misspelt name among the values of a test",
    code: 'withProject(spec, { PROT: "80" }, () => {});',
    says: /The project declares no secret called PROT/,
  },
  {
    what: "a value of a test that is no text",
    code: "withProject(spec, { PORT: 80 }, () => {});",
    says: /The value of PORT must be a string/,
  },
  {
    what: "a misspelt key of a test's project",
    code: 'withProject({ service: "S", secrets: { A: { optinal: true } } }, {}, () => {});',
    says: /The secret A has no key called optinal/,
  },
  {
    what: "a misspelt name in only",
    code: 'await loadProject(spec, { only: ["PROT"] });',
    says: /Type '"PROT"' is not assignable to type '"DATABASE_URL" \| "OPENAI_KEY" \| /,
  },
  {
    what: "a name that was left out",
    code: '(await loadProject(spec, { only: ["PORT"] })).DATABASE_URL;',
    says: /Property 'DATABASE_URL' does not exist/,
  },
  {
    what: "an unknown option",
    code: 'await loadProject(spec, { sauce: "env" });',
    says: /'sauce' does not exist in type 'ProjectOptions/,
  },
  {
    what: "an unknown source",
    code: 'await loadProject(spec, { source: "vault" });',
    says: /Type '"vault"' is not assignable to type [^\n]*"env"/,
  },
  {
    what: "a parser of something else than text",
    code: "await loadProject(spec, { parse: { PORT: (value: number) => value } });",
    says: /Type 'string' is not assignable to type 'number'/,
  },
  {
    what: "an unknown key of a secret",
    code: inline("{ A: { optinal: true } }"),
    says: /The secret A has no key called optinal/,
  },
  {
    what: "an unknown key of a secret in a file",
    code: 'import bad from "./unknown_key.json" with { type: "json" };\nawait loadProject(bad);',
    says: /The secret A has no key called optinal/,
  },
  {
    what: "optional with a default in a file",
    code: 'import bad from "./both.json" with { type: "json" };\nawait loadProject(bad);',
    says: /A has a default and is never missing: leave out optional/,
  },
  {
    what: "optional: false",
    code: inline("{ A: { optional: false } }"),
    says: /to require A, leave out optional/,
  },
  {
    what: "an unknown key of the project",
    code: inline("{ A: {} }", ", profles: {}"),
    says: /A project has no key called profles/,
  },
  {
    what: "a profile that changes an undeclared secret",
    code: inline("{ A: {} }", ", profiles: { x: { secrets: { B: { required: true } } } }"),
    says: /The profile x changes B, which is not among the secrets/,
  },
  {
    what: "an unknown key of a secret in a profile",
    code: inline("{ A: {} }", ", profiles: { x: { secrets: { A: { requird: true } } } }"),
    says: /A in the profile x has no key called requird/,
  },
  {
    what: "an unknown key of a profile",
    code: inline("{ A: {} }", ", profiles: { x: { prefix: 'p' } }"),
    says: /The profile x has no key called prefix/,
  },
  {
    what: "no service",
    code: "await loadProject({ secrets: { A: {} } });",
    says: /Property 'service' is missing/,
  },
];
