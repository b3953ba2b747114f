/** The fault table. */
import { abortFaults } from "./aborts.ts";
import { batchFaults } from "./batches.ts";
import { connectionFaults } from "./connections.ts";
import { deleteFaults } from "./deletes.ts";
import { denialFaults } from "./denials.ts";
import type { Fault } from "./fault.ts";
import { inputFaults } from "./input.ts";
import { lostFaults } from "./lost.ts";
import { replyFaults } from "./replies.ts";
import { timingFaults } from "./timing.ts";
import { unsolicitedFaults } from "./unsolicited.ts";
import { unreachableFaults } from "./unreachable.ts";
import { unsoundFaults } from "./unsound.ts";

/** The faults by chapter. */
export const chapters: Readonly<Record<string, readonly Fault[]>> = {
  "Replies": replyFaults,
  "Invalid replies": unsoundFaults,
  "Unsolicited replies": unsolicitedFaults,
  "Connections": connectionFaults,
  "Lost connections": lostFaults,
  "Time": timingFaults,
  "Callers who leave": abortFaults,
  "Being denied": denialFaults,
  "Reaching the daemon": unreachableFaults,
  "Limits and input": inputFaults,
  "Batches": batchFaults,
  "Deletes": deleteFaults,
};

/** All faults. */
export const faults: readonly Fault[] = Object.values(chapters).flat();
