import type { Port } from '../../src/words/kube/index.ts'
import type { Entry, Snapshot } from '../../src/world/zone/index.ts'

const WITHOUT = { labels: {}, annotations: {} }

const portsOf = ({ ports }: { readonly ports: readonly Port[] }): readonly Port[] =>
  ports.map((port) => ({ ...port, appProtocol: null }))

/** An entry as threads have it: without what no answer says. */
export const asAnswered = ({ objects: _told, ...entry }: Entry): Entry => ({
  ...entry,
  exports: entry.exports.map((one) =>
    one.kind === 'valid'
      ? { ...one, ...WITHOUT, by: undefined, policy: undefined, ports: portsOf(one) }
      : { ...one, by: undefined },
  ),
  imports: new Map([...entry.imports].map(([id, one]) => [id, { ...one, ports: portsOf(one) }])),
  import: entry.import && { ...entry.import, ...WITHOUT, ports: portsOf(entry.import) },
})

/** All entries of a world, as threads have them. */
export const entriesAsAnswered = ({ entries }: Pick<Snapshot, 'entries'>): ReadonlyMap<string, Entry> =>
  new Map([...entries].map(([key, entry]) => [key, asAnswered(entry)]))
