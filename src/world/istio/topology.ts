import type { TopologyKey } from '../../words/clusterset/index.ts'

/** What labels of places are called here. */
const PARTS: ReadonlyMap<string, TopologyKey['key']> = new Map([
  ['topology.kubernetes.io/region', 'region'],
  ['topology.kubernetes.io/zone', 'zone'],
  ['topology.istio.io/subzone', 'subzone'],
  ['topology.istio.io/cluster', 'cluster'],
  ['topology.istio.io/network', 'network'],
  ['failure-domain.beta.kubernetes.io/region', 'region'],
  ['failure-domain.beta.kubernetes.io/zone', 'zone'],
])

export const topologyPart = (label: string): TopologyKey['key'] | undefined => PARTS.get(label)

/** `topology.istio.io/network`, or with a value: `topology.istio.io/network=vpc-a`. */
export function topologyKey(text: string): TopologyKey | undefined {
  const at = text.indexOf('=')
  const key = topologyPart(at === -1 ? text : text.slice(0, at))
  return key && { key, values: at === -1 ? null : [text.slice(at + 1)] }
}
