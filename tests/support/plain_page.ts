/** A page without what the formatter adds to a table. */
export function plain(page: string): string {
  return page.replaceAll("\r", "").replaceAll(/ +/g, " ").replaceAll(/ ?-{3,} ?/g, "---").trim();
}
