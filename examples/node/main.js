// `npm start` gets the secrets through kca; nothing here knows where they come from, and there is
// no .env file.
import process from "node:process";

const { DATABASE_URL, OPENAI_KEY } = process.env;

console.log(
  `Connecting to ${new URL(DATABASE_URL).host} with a key of ${OPENAI_KEY.length} characters`,
);
