/** Values that quoting gets wrong first. */
export const NASTY: Readonly<Record<string, string>> = {
  PLAIN: "postgres://me:pass@host/db?x=1&y=2",
  EMPTY: "",
  SPACES: "  two  words  ",
  DOLLAR: "$HOME ${PATH} $(id) `id` \\$x",
  SINGLE: "it's 'quoted'",
  DOUBLE: 'say "hi"',
  BACKSLASH: "C:\\new\\table\\",
  NEWLINES: "-----BEGIN KEY-----\nabc\n-----END KEY-----\n\n",
  CARRIAGE: "a\r\nb\rc",
  HASH: "a # b",
  UNICODE: "pässwörd 🔑",
  GLOB: "* ? [a] ~ !x {a,b}",
  CONTROL: "\x01\t\x1b[31m\x7f",
};
