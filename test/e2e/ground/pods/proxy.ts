/** What kube-proxy does: whatever a Pod sends to a ClusterIP goes to an endpoint of its Service, another Pod. */

import { createHash } from 'node:crypto'
import type { Mirror } from './mirror.ts'
import { keyOf, type Service, type Slice } from './objects.ts'
import { run } from './shell.ts'
import { serviceOf } from './slices.ts'

/** Where a port of a Service leads: its endpoints as `address:port`. */
interface Route {
  readonly clusterIP: string
  readonly port: number
  readonly protocol: string
  readonly to: readonly string[]
}

export class ServiceProxy {
  readonly #table: string
  readonly #clients: string
  readonly #container: string
  #rules = ''
  #datagrams = new Set<string>()

  /** For what comes from that CIDR: a ClusterIP is one in its own cluster alone. */
  constructor(cluster: string, clients: string, container: string) {
    this.#table = `of_${cluster.replaceAll(/\W/g, '_')}`
    this.#clients = clients
    this.#container = container
  }

  /** All rules at once: no packet meets half of them. */
  async turn(mirror: Mirror): Promise<void> {
    const routes = mirror.services.all.flatMap((service) => routesOf(service, mirror.slices.all))
    const rules = this.#print(routes)
    if (rules === this.#rules) return
    await run('nft', ['-f', '-'], rules)
    this.#rules = rules
    await this.#forgetOld(routes)
  }

  #print(routes: readonly Route[]): string {
    const name = this.#table
    const chains = routes.map((route, i) => `  chain route_${i} {\n${printTargets(route)}\n  }`)
    const jumps = routes.map(
      ({ clusterIP, port, protocol }, i) =>
        `    ip saddr ${this.#clients} ip daddr ${clusterIP} ${protocol} dport ${port} goto route_${i}`,
    )
    return [
      `table ip ${name}`,
      `delete table ip ${name}`,
      `table ip ${name} {`,
      ...chains,
      '  chain prerouting {',
      '    type nat hook prerouting priority dstnat',
      ...jumps,
      '  }',
      '}',
      '',
    ].join('\n')
  }

  /** A client that goes on sending from one port would else be sent to an endpoint that has gone. */
  async #forgetOld(routes: readonly Route[]): Promise<void> {
    const now = new Set(routes.filter(({ protocol }) => protocol === 'udp').flatMap(({ to }) => to))
    const gone = [...this.#datagrams].filter((one) => !now.has(one))
    this.#datagrams = now
    for (const one of gone) await run(this.#container, ['forget', String(markOf(one))])
  }
}

/** IPv4 alone: the fabric has no other. */
function routesOf(service: Service, slices: readonly Slice[]): Route[] {
  const clusterIP = service.spec.clusterIPs.find((one) => /^[\d.]+$/.test(one))
  if (clusterIP === undefined) return []
  const own = slices.filter((slice) => serviceOf(slice) === keyOf(service) && slice.addressType === 'IPv4')
  return service.spec.ports.map(({ name, port, protocol }) => {
    const all = own.flatMap((slice) => endpointsOf(slice, name, protocol))
    return { clusterIP, port, protocol: protocol.toLowerCase(), to: usable(all) }
  })
}

interface Endpoint {
  readonly target: string
  readonly conditions: NonNullable<Slice['endpoints']>[number]['conditions']
}

function endpointsOf({ endpoints, ports }: Slice, name: string, protocol: string): Endpoint[] {
  const port = (ports ?? []).find((one) => one.name === name && one.protocol === protocol)?.port
  if (port === undefined || port === null) return []
  return (endpoints ?? []).flatMap(({ addresses, conditions }) =>
    addresses.slice(0, 1).map((address) => ({ target: `${address}:${port}`, conditions })),
  )
}

/** The ready ones; if there is none, those that still serve on their way out (KEP-1669). */
function usable(all: readonly Endpoint[]): string[] {
  const ready = all.filter(({ conditions }) => conditions.ready)
  const serving = all.filter(({ conditions }) => conditions.serving && conditions.terminating)
  return [...new Set((ready.length > 0 ? ready : serving).map(({ target }) => target))].sort()
}

/** One endpoint at random for each new connection; datagrams between the same two ports are one. */
function printTargets({ protocol, to }: Route): string {
  if (to.length === 0) return '    drop'
  const draws = to.map((target, i) => `${i} : ${markOf(target)}`)
  const ways = to.map((target) => `    ct mark ${markOf(target)} meta l4proto ${protocol} dnat to ${target}`)
  return [`    ct mark set numgen random mod ${to.length} map { ${draws.join(', ')} }`, ...ways].join('\n')
}

/** Of a connection: which endpoint it was sent to. */
const markOf = (target: string): number =>
  (createHash('sha256').update(target).digest().readUInt32BE() >>> 1) | 1
