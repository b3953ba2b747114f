/**
 * The options of `loadProject()` and the object that it returns.
 *
 * @module
 */

import type { StandardSchema } from "../src/client/load.ts";
import type { Absent, Mistake, ProfileNames, ProjectShape, SecretNames } from "./spec_types.ts";

/** Converts a value: a function, or a Standard Schema validator. */
export type ProjectParser<T = unknown> = ((value: string) => T) | StandardSchema<T>;

/** `true` for a union of several types. */
export type IsUnion<T, All = T> = T extends unknown ? [All] extends [T] ? false : true : never;

/** The names that a list certainly contains; none for a list that is built at run time. */
export type CertainNames<L extends readonly unknown[]> = number extends L["length"] ? never
  : { [I in keyof L]: IsUnion<L[I]> extends true ? never : L[I] }[number];

/**
 * The profile that the program chose; all profiles when it chose none, or one that TypeScript does
 * not know.
 */
export type ChosenProfile<S extends ProjectShape, P> = [P] extends [never] ? ProfileNames<S>
  : undefined extends P ? ProfileNames<S>
  : string extends P ? ProfileNames<S>
  : P & string;

/** The names that a list selects, or all. */
export type ChosenNames<S extends ProjectShape, L> = L extends readonly (infer N)[]
  ? N & SecretNames<S>
  : SecretNames<S>;

/** `undefined` for a name that a list may have left out. */
export type LeftOut<K, L> = L extends readonly unknown[]
  ? K extends CertainNames<L> ? never : undefined
  : never;

/** The result of a name's parser; a string without a parser. */
export type ParsedType<R, K> = K extends keyof R ? R[K] : string;

/** The object that `loadProject()` returns: a property for each declared secret. */
export type ProjectValues<S extends ProjectShape, P = undefined, R = object, L = undefined> = {
  readonly [K in ChosenNames<S, L>]:
    | Awaited<ParsedType<R, K>>
    | Absent<S, ChosenProfile<S, P>, K>
    | LeftOut<K, L>;
};

/** Replaces the type of a name that the project does not declare by a sentence. */
export type CheckParsers<S extends ProjectShape, R> = {
  readonly [K in Exclude<keyof R, SecretNames<S>> & string]: Mistake<
    `The project declares no secret called ${K}`
  >;
};

/** A profile that the project declares, or a string that TypeScript does not know. */
export type CheckedProfile<S extends ProjectShape, P> = [string] extends [P] ? P
  : [ProfileNames<S>] extends [never] ? Mistake<"The project declares no profiles">
  : [P] extends [ProfileNames<S> | undefined] ? P
  : ProfileNames<S>;

/** Options of `loadProject()` other than the profile. */
export interface LoadOptions<S extends ProjectShape, R, L> {
  /** Converts values, by variable: functions, or Standard Schema validators. */
  readonly parse?: { readonly [K in keyof R]: ProjectParser<R[K]> } & CheckParsers<S, R>;
  /** Only these variables. Default: all. */
  readonly only?: L;
  /**
   * Where the values come from instead of the daemon: the environment, or a folder with a file for
   * each, such as `"dir:/run/secrets"`. Default: `KCA_SOURCE`, else the daemon.
   */
  readonly source?: "env" | `dir:${string}`;
}

/**
 * Options of `loadProject()`. Two types, because TypeScript does not infer `undefined` from an
 * optional property.
 */
export type ProjectOptions<S extends ProjectShape, P, R, L> =
  & LoadOptions<S, R, L>
  & (
    | { readonly profile?: undefined }
    | {
      /** The profile. Default: `KCA_PROFILE`, else the project's default. */
      readonly profile: CheckedProfile<S, P>;
    }
  );
