/**
 * The options of `loadProject()` and the object that it gives.
 *
 * @module
 */

import type { StandardSchema } from "../src/client/load.ts";
import type { Absent, Mistake, ProfileNames, ProjectShape, SecretNames } from "./spec_types.ts";

/** Converts a value: a function, or a Standard Schema validator. */
export type ProjectParser<T = unknown> = ((value: string) => T) | StandardSchema<T>;

/** `true` for a union of several types. */
export type IsUnion<T, All = T> = T extends unknown ? [All] extends [T] ? false : true : never;

/** The names that a list holds for certain: not those of a list that is put together at run time. */
export type CertainNames<L extends readonly unknown[]> = number extends L["length"] ? never
  : { [I in keyof L]: IsUnion<L[I]> extends true ? never : L[I] }[number];

/** The profile that a program says, or any when it says none or one that TypeScript cannot see. */
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

/** What a name's parser gives; a string where it has none. */
export type ParsedType<R, K> = K extends keyof R ? R[K] : string;

/** The object that `loadProject()` gives: a property for each declared secret. */
export type ProjectValues<S extends ProjectShape, P = undefined, R = object, L = undefined> = {
  readonly [K in ChosenNames<S, L>]:
    | Awaited<ParsedType<R, K>>
    | Absent<S, ChosenProfile<S, P>, K>
    | LeftOut<K, L>;
};

/** A sentence in the place of a name that the project does not declare. */
export type CheckParsers<S extends ProjectShape, R> = {
  readonly [K in Exclude<keyof R, SecretNames<S>> & string]: Mistake<
    `The project declares no secret called ${K}`
  >;
};

/** A profile that the project declares, or a text that TypeScript cannot see. */
export type CheckedProfile<S extends ProjectShape, P> = [string] extends [P] ? P
  : [ProfileNames<S>] extends [never] ? Mistake<"The project declares no profiles">
  : [P] extends [ProfileNames<S> | undefined] ? P
  : ProfileNames<S>;

/** What `loadProject()` is asked for besides a profile. */
export interface LoadOptions<S extends ProjectShape, R, L> {
  /** What converts a value, by variable: functions, or Standard Schema validators. */
  readonly parse?: { readonly [K in keyof R]: ProjectParser<R[K]> } & CheckParsers<S, R>;
  /** Only these variables. Default: all. */
  readonly only?: L;
  /**
   * Where the values come from instead of the daemon: the environment, or a folder with a file for
   * each, such as `"dir:/run/secrets"`. Default: `KCA_SOURCE`, else the daemon.
   */
  readonly source?: "env" | `dir:${string}`;
}

/** Options of `loadProject()`. Of an optional property TypeScript would not infer `undefined`. */
export type ProjectOptions<S extends ProjectShape, P, R, L> =
  & LoadOptions<S, R, L>
  & (
    | { readonly profile?: undefined }
    | {
      /** The profile. Default: `KCA_PROFILE`, else the project's own. */
      readonly profile: CheckedProfile<S, P>;
    }
  );
