/**
 * Where values are imported from.
 *
 * @module
 */

/** A file beside the one that is imported. */
export interface Sibling {
  readonly path: string;
  readonly profile: string | undefined;
}

/** What was found there. */
export interface ImportSource {
  /** What to call it in messages. */
  readonly label: string;
  /** Values by variable. */
  readonly variables: ReadonlyMap<string, string>;
  /** What else the user has to know of it. Names, never values. */
  readonly notes: readonly string[];
  /** Files beside it that are not imported, and the profile that each may be for. */
  readonly siblings: readonly Sibling[];
  /** Takes it away, once its values are safe; `undefined` where it stays. */
  readonly remove: (() => void) | undefined;
}
