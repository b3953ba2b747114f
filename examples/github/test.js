import process from "node:process";

const { DATABASE_URL, OPENAI_KEY } = process.env;

console.log(
  `Testing with ${new URL(DATABASE_URL).host} and a key of ${OPENAI_KEY.length} characters`,
);
