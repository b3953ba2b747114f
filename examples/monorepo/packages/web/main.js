import process from "node:process";

const { DATABASE_URL, JWT_KEY, PORT } = process.env;

console.log(
  `web: port ${PORT}, a key of ${JWT_KEY.length} characters, ${DATABASE_URL ?? "no URL"}`,
);
