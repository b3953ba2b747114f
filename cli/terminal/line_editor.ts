/**
 * Turns the bytes of a terminal in raw mode into one text: typed, or pasted between the marks that
 * a terminal puts around a paste. Does no input or output itself.
 *
 * @module
 */

/** How the text ended. */
export type Ending = "enter" | "cancel" | "quit" | "suspend";

const ESCAPE = 0x1b;
const DELETE = 0x7f;
const PASTE_BEGIN = "[200~";
const PASTE_END = [ESCAPE, ...new TextEncoder().encode("[201~")];

/** Keys that end it: Enter, Ctrl-C, Ctrl-D, Ctrl-\ and Ctrl-Z. */
const ENDINGS: ReadonlyMap<number, Ending> = new Map([
  [0x0d, "enter"],
  [0x0a, "enter"],
  [0x03, "cancel"],
  [0x04, "cancel"],
  [0x1c, "quit"],
  [0x1a, "suspend"],
]);

/**
 * Milliseconds after which an escape character counts as the key Escape, not as the beginning of a
 * sequence.
 */
const ESCAPE_PAUSE = 100;
/** Milliseconds without input before a key that tell a key press from a paste. */
const HUMAN_PAUSE = 100;

/** One line, of which a part may be a paste of several lines. */
export class LineEditor {
  #bytes: number[] = [];
  /** An incomplete escape sequence, without its escape character. */
  #sequence: string | undefined;
  #pasting = false;
  #last = -Infinity;
  #ending: Ending | undefined;
  #human = true;
  #unclear = false;
  /**
   * Whether the last byte was a carriage return that ended the text; a line feed after it belongs
   * to it.
   */
  #afterReturn = false;
  /** Bytes after the ending, which are not part of one typed line. */
  #behind = 0;
  #pastes = 0;
  /** The last bytes of a paste, to detect its end. */
  #tail: number[] = [];
  readonly #most: number;
  /**
   * How many bytes are kept, including the mark at the end of a paste and one byte over the limit.
   */
  readonly #room: number;

  /** @param most The longest text in bytes. */
  constructor(most: number) {
    this.#most = most;
    this.#room = most + PASTE_END.length + 1;
  }

  /** How the text ended, if it has. */
  get ending(): Ending | undefined {
    return this.#ending;
  }

  /** Whether the key that ended the text came alone, as when a person presses it. */
  get human(): boolean {
    return this.#human;
  }

  /** Whether input followed the end. */
  get followed(): boolean {
    return this.#behind > 0;
  }

  /** Whether the terminal sent keys within the text, so that the intended text is unknown. */
  get unclear(): boolean {
    return this.#unclear || this.#pasting;
  }

  /** Whether the text is too long. */
  get tooLong(): boolean {
    return this.#bytes.length > this.#most;
  }

  /** How many pastes are complete. */
  get pastes(): number {
    return this.#pastes;
  }

  /** The bytes of the text. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.#bytes);
  }

  /** Processes bytes that were read together. @param at Milliseconds, of any clock. */
  push(chunk: Uint8Array, at: number): void {
    const pause = at - this.#last;
    this.#last = at;
    if (this.#sequence === "" && pause > ESCAPE_PAUSE) this.#sequence = undefined;
    const began = this.#ending;
    /** Whether an ignored key came earlier in this chunk. */
    let ignored = false;
    for (const [index, byte] of chunk.entries()) {
      if (this.#ending !== undefined) {
        if (!(byte === 0x0a && this.#afterReturn)) this.#behind++;
        this.#afterReturn = false;
      } else if (this.#pasting) this.#paste(byte);
      else if (this.#sequence !== undefined) ignored = this.#escape(byte) || ignored;
      else if (byte === ESCAPE) this.#sequence = "";
      else if (ENDINGS.has(byte)) {
        this.#ending = ENDINGS.get(byte);
        this.#afterReturn = byte === 0x0d;
        this.#human = index === 0 && pause >= HUMAN_PAUSE;
      } else if (!this.#edit(byte)) {
        if (byte < 0x20 && byte !== 0x09) ignored = true;
        else {
          this.#unclear ||= ignored;
          this.#keep(byte);
        }
      }
    }
    if (began !== undefined && this.#behind > 0) this.#human = false;
  }

  #keep(byte: number): void {
    if (this.#bytes.length < this.#room) this.#bytes.push(byte);
  }

  /** Backspace, Ctrl-U (deletes everything) and Ctrl-W (deletes a word). */
  #edit(byte: number): boolean {
    if (byte === DELETE || byte === 0x08) this.#takeBack();
    else if (byte === 0x15) this.#bytes = [];
    else if (byte === 0x17) {
      while (this.#bytes.at(-1) === 0x20) this.#bytes.pop();
      while (this.#bytes.length > 0 && this.#bytes.at(-1) !== 0x20) this.#bytes.pop();
    } else return false;
    return true;
  }

  /** Deletes one character of UTF-8. */
  #takeBack(): void {
    let byte: number | undefined;
    do byte = this.#bytes.pop(); while (byte !== undefined && (byte & 0xc0) === 0x80);
  }

  #paste(byte: number): void {
    if (byte === 0x03) {
      this.#ending = "cancel";
      this.#human = false;
      return;
    }
    this.#keep(byte);
    this.#tail = [...this.#tail, byte].slice(-PASTE_END.length);
    if (!PASTE_END.every((part, at) => this.#tail[at] === part)) return;
    if (this.#bytes.length < this.#room) this.#bytes.length -= PASTE_END.length;
    this.#tail = [];
    this.#pasting = false;
    this.#pastes++;
  }

  /** @returns Whether a key was ignored. */
  #escape(byte: number): boolean {
    const sequence = this.#sequence + String.fromCharCode(byte);
    this.#sequence = sequence;
    if (sequence === PASTE_BEGIN) {
      this.#sequence = undefined;
      this.#pasting = true;
      return false;
    }
    if (!isComplete(sequence)) return false;
    this.#sequence = undefined;
    return true;
  }
}

/** The longest escape sequence of a key. */
const LONGEST = 16;

function isComplete(sequence: string): boolean {
  const [first, second] = sequence;
  if (sequence.length >= LONGEST) return true;
  // Older sequences, and F1 to F5 of the Linux console.
  if (first !== "[") return first !== "O" || sequence.length > 1;
  if (second === "[") return sequence.length > 2;
  // A control sequence ends at its first letter, or at ~.
  return /^\[[^@-~]*[@-~]$/.test(sequence);
}

/**
 * @param text The decoded {@linkcode LineEditor.bytes}.
 * @returns The text with newlines, because terminals paste each line end as a carriage return. A
 * single line loses the newline at its end, which was copied with it.
 */
export function pastedText(text: string): string {
  const lines = text.replace(/\r\n?/g, "\n");
  return /^[^\n]*\n$/.test(lines) ? lines.slice(0, -1) : lines;
}
