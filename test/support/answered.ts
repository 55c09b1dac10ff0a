import type { Entry, Snapshot } from '../../src/world/zone/index.ts'

const WITHOUT = { labels: {}, annotations: {} }

/** An entry as threads have it: without what no answer says. */
export const asAnswered = (entry: Entry): Entry => ({
  ...entry,
  exports: entry.exports.map((one) => (one.kind === 'valid' ? { ...one, ...WITHOUT } : one)),
  import: entry.import && { ...entry.import, ...WITHOUT },
})

/** All entries of a world, as threads have them. */
export const entriesAsAnswered = ({ entries }: Pick<Snapshot, 'entries'>): ReadonlyMap<string, Entry> =>
  new Map([...entries].map(([key, entry]) => [key, asAnswered(entry)]))
