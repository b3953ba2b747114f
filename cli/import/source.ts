/**
 * The source of an import.
 *
 * @module
 */

/** Another dotenv file in the folder. */
export interface Sibling {
  readonly path: string;
  readonly profile: string | undefined;
}

/** The content of the source. */
export interface ImportSource {
  /** Its name in messages. */
  readonly label: string;
  /** Values by variable. */
  readonly variables: ReadonlyMap<string, string>;
  /** Further notes for the user. Names, never values. */
  readonly notes: readonly string[];
  /** Other dotenv files in the folder, which are not imported, each with its profile. */
  readonly siblings: readonly Sibling[];
  /** Deletes it, once its values are stored; `undefined` when it is kept. */
  readonly remove: (() => void) | undefined;
}
