/**
 * Services of the operating system that the client needs in addition to the transport.
 *
 * @module
 */

/** What the client asks the operating system. Any answer may be `undefined`. Never prompts. */
export interface SystemServices {
  /** The effective user id of this process, or `undefined` when it cannot be determined. */
  uid(): number | undefined;
  /** The user id that owns `path`, or `undefined` when it cannot be determined. */
  ownerOf(path: string): number | undefined;
  /**
   * Whether `path` exists; `undefined` when the runtime does not permit the question. Links are not
   * followed.
   */
  exists(path: string): boolean | undefined;
  /**
   * Keeps the library of these calls loaded until the returned function is called; absent where no
   * library is needed.
   */
  keep?(): () => void;
}
