/** Checks the types of the examples that the test command runs. */
import process from "node:process";
import { documentedFiles } from "./doc_examples.ts";
import { runProcess } from "./process.ts";

const command = [process.execPath, "check", "--doc-only", ...documentedFiles(process.cwd())];
const { code } = await runProcess(command, { inherit: true });
process.exit(code);
