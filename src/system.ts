/**
 * Services of the operating system that the client needs beside the transport.
 *
 * @module
 */

/** What the client asks of the operating system. Any answer may be `undefined`. Never prompts. */
export interface SystemServices {
  /** The effective user id of this process, or `undefined` when it cannot be determined. */
  uid(): number | undefined;
  /** The user id that owns `path`, or `undefined` when it cannot be determined. */
  ownerOf(path: string): number | undefined;
  /** Whether anything is at `path`; `undefined` when it may not be asked. Links are not followed. */
  exists(path: string): boolean | undefined;
  /** Keeps what these calls need loaded until the result is called; absent where nothing is. */
  keep?(): () => void;
}
