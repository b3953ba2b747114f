/**
 * Where values are imported from.
 *
 * @module
 */

/** What was found there. */
export interface ImportSource {
  /** What to call it in messages. */
  readonly label: string;
  /** Values by variable. */
  readonly variables: ReadonlyMap<string, string>;
  /** What else the user has to know of it. Names, never values. */
  readonly notes: readonly string[];
  /** Profiles that files beside it are for. */
  readonly profiles: readonly string[];
  /** Takes it away, once its values are safe; `undefined` where it stays. */
  readonly remove: (() => void) | undefined;
}
