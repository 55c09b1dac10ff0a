import type { ClusterId } from '../../words/clusterset/index.ts'
import type { ClusterReading, ClusterSource, ReadOnce } from './types.ts'

/** A cluster to be read once, and where. */
export interface ToRead {
  readonly reading: ClusterReading
  readonly source: ClusterSource
}

/** Reads clusters once, all at the same time, those that share a connection over one. */
export async function readAllOnce(
  clusters: readonly ToRead[],
  ms?: number,
): Promise<ReadonlyMap<ClusterId, ReadOnce>> {
  const together = Map.groupBy(clusters, ({ source, reading }) => source.shared ?? reading)
  const read = [...together.values()].map((some) =>
    some[0]?.source.readOnce(
      some.map(({ reading }) => reading),
      ms,
    ),
  )
  return new Map((await Promise.all(read)).flatMap((one) => [...(one ?? [])]))
}
