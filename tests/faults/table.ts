/** The fault table. */
import { batchFaults } from "./batches.ts";
import { connectionFaults } from "./connections.ts";
import { denialFaults } from "./denials.ts";
import type { Fault } from "./fault.ts";
import { replyFaults } from "./replies.ts";
import { timingFaults } from "./timing.ts";

/** The faults by chapter. */
export const chapters: Readonly<Record<string, readonly Fault[]>> = {
  "Replies": replyFaults,
  "Connections": connectionFaults,
  "Time": timingFaults,
  "Reaching the daemon, and being denied": denialFaults,
  "Limits, input and batches": batchFaults,
};

/** All faults. */
export const faults: readonly Fault[] = Object.values(chapters).flat();
