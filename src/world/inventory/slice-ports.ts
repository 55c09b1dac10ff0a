import type { EndpointSlice } from '../../words/kube/index.ts'
import type { EndpointPort } from './endpoint-types.ts'
import { MOST_PORTS } from './limits.ts'

type Ports = readonly EndpointPort[]

/** Ports that are looked at, in lists of slices and in what those are together, each list once. */
const MOST_LOOKED_AT = 100_000

const NONE: Ports = []

/** The ports that count of a slice, and how many do not. */
interface Counted {
  readonly ports: Ports
  readonly beyond: number
}

/**
 * The ports of one service's slices. Endpoints of one slice have one list, and those of the same slices have together
 * one: it is put together once, not for each of them.
 */
export class SlicePorts {
  /** Each port that counts: the same name under another number is another port. */
  readonly #ports = new Map<string, EndpointPort>()
  readonly #counted = new Map<EndpointSlice['ports'], Counted>()
  readonly #unions = new Map<Ports, Map<Ports, Ports>>()
  readonly #apart = new Set<Ports>()
  #left = MOST_LOOKED_AT

  /** Ports that are not in each union that they belong to. */
  get beyond(): number {
    return [...this.#apart].reduce((sum, { length }) => sum + length, 0)
  }

  of({ ports }: Pick<EndpointSlice, 'ports'>): Counted {
    const known = this.#counted.get(ports)
    if (known !== undefined) return known
    const counted = this.#look(ports ?? [])
    this.#counted.set(ports, counted)
    return counted
  }

  /** What an endpoint has of which one slice tells these and another those. */
  union(these: Ports, those: Ports): Ports {
    if (these === those || those.length === 0) return these
    if (these.length === 0) return those
    const unions = this.#unions.get(these) ?? new Map<Ports, Ports>()
    this.#unions.set(these, unions)
    const known = unions.get(those)
    if (known !== undefined) return known
    const union = this.#unite(these, those)
    unions.set(those, union)
    return union
  }

  #look(ports: NonNullable<EndpointSlice['ports']>): Counted {
    const all = ports.filter(({ port }) => port !== null)
    if (!this.#take(all.length)) return { ports: NONE, beyond: all.length }
    const counted = new Set<EndpointPort>()
    let beyond = 0
    for (const { name, protocol, port } of all) {
      const one = port === null ? undefined : this.#admit({ name, protocol, port })
      if (one === undefined) beyond++
      else counted.add(one)
    }
    return { ports: [...counted], beyond }
  }

  #admit(port: EndpointPort): EndpointPort | undefined {
    const key = `${port.protocol} ${port.port} ${port.name}`
    const known = this.#ports.get(key)
    if (known !== undefined || this.#ports.size >= MOST_PORTS) return known
    this.#ports.set(key, port)
    return port
  }

  #unite(these: Ports, those: Ports): Ports {
    if (!this.#take(these.length + those.length)) {
      this.#apart.add(those)
      return these
    }
    const union = new Set([...these, ...those])
    return union.size === these.length ? these : [...union]
  }

  #take(count: number): boolean {
    if (count > this.#left) return false
    this.#left -= count
    return true
  }
}
