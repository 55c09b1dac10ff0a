/** How many are named where a text has to travel in a reply. */
const NAMED = 3

/** The first few, and how many more there are. */
export function few(all: readonly string[], between = ', '): string {
  const more = all.length - NAMED
  return `${all.slice(0, NAMED).join(between)}${more > 0 ? ` and ${more} more` : ''}`
}
