/** Prompt replies are looked for as long as they come. */
import { assertEquals, assertLess } from "@std/assert";
import { Prompt } from "../../ffi/posix/prompt.ts";
import { test } from "../harness.ts";

/** A far end that answers at the given look of each reply, counted from 1; a yield takes 10 µs. */
class Played {
  looks = 0;
  yields = 0;
  answersAt = Infinity;
  readonly calls = { yield: () => ++this.yields };
  readonly now = () => this.yields * 0.01;

  receive(): number {
    return ++this.looks >= this.answersAt ? 7 : -1;
  }

  /** What one reply gave, and whether it was looked for. */
  next(prompt: Prompt): { count: number; looked: boolean } {
    this.looks = this.yields = 0;
    const count = prompt.receive(new Uint8Array(9));
    return { count, looked: this.looks > 0 };
  }
}

/** Past the first reply, which is not looked for. */
function begun(played: Played): Prompt {
  const prompt = new Prompt(played, played.now);
  assertEquals(played.next(prompt), { count: -1, looked: false });
  return prompt;
}

for (
  const [what, answersAt, yields] of [
    ["a reply that is there at once costs no yield", 1, 0],
    ["a reply that comes promptly is taken, with a yield before each further look", 4, 3],
  ] as const
) {
  test(what, () => {
    const played = new Played();
    const prompt = begun(played);
    played.answersAt = answersAt;
    assertEquals(played.next(prompt), { count: 7, looked: true });
    assertEquals(played.yields, yields);
  });
}

test("a late reply is looked for during a twentieth of a millisecond", () => {
  const played = new Played();
  const prompt = begun(played);
  assertEquals(played.next(prompt), { count: -1, looked: true });
  assertEquals(played.yields, 5);
});

test("late replies are no longer looked for, but for one in 64", () => {
  const played = new Played();
  const prompt = begun(played);
  const looked = Array.from({ length: 256 }, () => played.next(prompt).looked);
  assertEquals(looked.filter((yes) => yes).length, 8 + 3);
  // As soon as one is prompt again, all are looked for.
  played.answersAt = 1;
  let replies = 0;
  while (played.next(prompt).count < 0) replies++;
  assertLess(replies, 64);
  assertEquals(played.next(prompt), { count: 7, looked: true });
});
