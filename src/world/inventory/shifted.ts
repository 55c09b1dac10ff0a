import type { EndpointPort } from './endpoint-types.ts'
import type { Ready } from './ready.ts'

/**
 * Clients connect to the Service's ports; at an endpoint's own address that works only if nothing translates them. There
 * may be thousands of both, and of lists of endpoints' ports: each is looked at once.
 */
export function portsProblem(ports: readonly EndpointPort[], ready: Ready): string | undefined {
  if (ready.lists.length === 0) return undefined
  const others = othersThan(ports, ready)
  for (const one of ports) {
    const place = ready.ports.placeOf(one)
    const lacking = place === undefined ? 0 : firstLacking(ready, place)
    const other = place === undefined ? undefined : others.get(place)
    if (other !== undefined && other.list < lacking) return `port ${one.port} ≠ target ${other.target}`
    if (lacking < ready.lists.length) return `port ${one.port} has no target at some endpoint`
  }
  return undefined
}

/** The first list that has no port of a name; as many as there are: all have. */
function firstLacking({ lists }: Ready, place: number): number {
  const having = lists.having(place)
  if (having === undefined) return lists.length
  let list = 0
  while (having.has(list)) list++
  return list
}

/** In which list first a name has another number than the Service, by the name's place. Of two of one name the first counts. */
function othersThan(
  ports: readonly EndpointPort[],
  { ports: names, lists }: Ready,
): ReadonlyMap<number, { readonly list: number; readonly target: number }> {
  const wanted = new Map(ports.map((one) => [names.placeOf(one), one.port]))
  const seenIn = new Map<number, number>()
  const others = new Map<number, { readonly list: number; readonly target: number }>()
  lists.each((list, name, target) => {
    if (seenIn.get(name) === list) return
    seenIn.set(name, list)
    const port = wanted.get(name)
    if (port !== undefined && port !== target && !others.has(name)) others.set(name, { list, target })
  })
  return others
}
