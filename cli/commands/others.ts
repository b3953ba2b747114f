/**
 * Every command but `run`.
 *
 * @module
 */

import type { Routes } from "../app.ts";
import { completion } from "./completion.ts";
import { remove } from "./delete.ts";
import { dev } from "./dev.ts";
import { doctor } from "./doctor.ts";
import { exportSecrets } from "./export.ts";
import { get } from "./get.ts";
import { identity } from "./identity.ts";
import { keygen } from "./keygen.ts";
import { list } from "./list.ts";
import { set } from "./set.ts";
import { sign } from "./sign.ts";
import { verify } from "./verify.ts";

/** The commands by what they are called, in the order of the help. */
export const others: Routes = {
  get,
  set,
  list,
  delete: remove,
  export: exportSecrets,
  doctor,
  dev,
  identity,
  keygen,
  sign,
  verify,
  completion,
};
