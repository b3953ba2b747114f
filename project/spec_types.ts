/**
 * What TypeScript knows about a project file. In a JSON import TypeScript sees whether a key
 * exists, but not its literal value. So these types check only keys: `"optional": true` counts
 * because the key exists, and the run-time check refuses any other value.
 *
 * @module
 */

/** A project as TypeScript sees it: in code, or imported from `kca.json`. */
export interface ProjectShape {
  /** The service that holds the secrets. */
  readonly service: string;
  /** The secrets by variable. */
  readonly secrets: Readonly<Record<string, object>>;
  /** The profiles, each with its required secrets. */
  readonly profiles?: Readonly<Record<string, object>>;
}

/** The names of the secrets that a project declares. */
export type SecretNames<S extends ProjectShape> = keyof S["secrets"] & string;

/** The profiles of a project. */
export type ProfileNames<S extends ProjectShape> = S extends
  { readonly profiles: infer P extends object } ? keyof P & string : never;

/** A profile's entry for a name; `unknown` without an entry. */
export type InProfile<S extends ProjectShape, P, K extends PropertyKey> = S extends {
  readonly profiles: { readonly [Q in P & string]: infer Declared };
} ? Declared extends { readonly secrets: { readonly [N in K]: infer Entry } } ? Entry : unknown
  : unknown;

/** `"maybe"` for each of these profiles in which a secret may be missing. */
export type Maybe<S extends ProjectShape, P extends string, K extends keyof S["secrets"]> =
  S["secrets"][K] extends { readonly optional: unknown } ? [P] extends [never] ? "maybe"
    : P extends unknown
      ? InProfile<S, P, K> extends { readonly required: unknown } ? never : "maybe"
    : never
    : never;

/** `undefined` when a secret may be missing in one of these profiles, else `never`. */
export type Absent<S extends ProjectShape, P extends string, K extends keyof S["secrets"]> =
  [Maybe<S, P, K>] extends [never] ? never : undefined;

/** The keys that the parts of a project may have. */
export interface SpecKeys {
  /** Keys of the project. */
  readonly project: "$schema" | "service" | "prefix" | "profile" | "secrets" | "profiles";
  /** Those of a secret. */
  readonly secret: "description" | "target" | "optional" | "generate" | "default" | "public";
  /** Those of a profile. */
  readonly profile: "secrets";
  /** Those of a secret in a profile. */
  readonly profileSecret: "required";
}

/**
 * Replaces the type at a mistake, so that the compiler's message contains the sentence. It is an
 * object, because TypeScript would reduce a literal value and a string to `never`.
 */
export interface Mistake<Sentence extends string> {
  /** What is wrong. */
  readonly mistake: Sentence;
}

/** A mistake for each key of `T` that is not known. */
export type UnknownKeys<T, Known, Where extends string> = {
  readonly [K in Exclude<keyof T, Known> & string]: Mistake<`${Where} has no key called ${K}`>;
};

/** Further rules for a secret. */
export type CheckSecret<E, Name extends string> =
  & UnknownKeys<E, SpecKeys["secret"], `The secret ${Name}`>
  & (E extends { readonly optional: unknown; readonly default: unknown } ? {
      readonly optional: Mistake<`${Name} has a default and is never missing: leave out optional`>;
    }
    : E extends { readonly optional: false }
      ? { readonly optional: Mistake<`to require ${Name}, leave out optional`> }
    : unknown);

/** Further rules for a profile. */
export type CheckProfile<S extends ProjectShape, D, Name extends string> =
  & UnknownKeys<D, SpecKeys["profile"], `The profile ${Name}`>
  & (D extends { readonly secrets: infer E } ? {
      readonly secrets: {
        readonly [K in keyof E & string]: K extends SecretNames<S>
          ? UnknownKeys<E[K], SpecKeys["profileSecret"], `${K} in the profile ${Name}`>
          : Mistake<`The profile ${Name} changes ${K}, which is not among the secrets`>;
      };
    }
    : unknown);

/** Further rules for a project: a sentence in the place of each mistake. */
export type CheckSpec<S extends ProjectShape> =
  & UnknownKeys<S, SpecKeys["project"], "A project">
  & { readonly secrets: { readonly [K in SecretNames<S>]: CheckSecret<S["secrets"][K], K> } }
  & (S extends { readonly profiles: infer P extends Readonly<Record<string, object>> } ? {
      readonly profiles: { readonly [N in keyof P & string]: CheckProfile<S, P[N], N> };
    }
    : unknown);
