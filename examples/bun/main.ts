// `bun run start` gets the secrets through kca; nothing here knows where they come from, and there
// is no .env file.
const { DATABASE_URL, OPENAI_KEY } = process.env;

console.log(
  `Connecting to ${new URL(DATABASE_URL!).host} with a key of ${OPENAI_KEY!.length} characters`,
);
