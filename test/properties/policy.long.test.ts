import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AnswerPlan, explain, plan } from '../../src/answer/records/index.ts'
import type { Change } from '../../src/sources/changes/index.ts'
import { type Name, type RR, TYPE } from '../../src/values/dns/index.ts'
import type { Clusterset, Viewpoint } from '../../src/words/clusterset/index.ts'
import type { KubeObject, Port } from '../../src/words/kube/index.ts'
import {
  candidatesOf,
  type Entry,
  find,
  sitesIn,
  type World,
  withClusterset,
} from '../../src/world/zone/index.ts'
import { recordsOfZone } from '../support/render.ts'
import { identityOf, question } from '../support/values.ts'
import { beginning, clusterset, type Event, events, NOW, turn, viewpointsOf } from './worlds.ts'

const minHealthy = fc.constantFrom(null, { count: 2 }, { share: 1 })

/** Worlds in which some level may be too thin for all draws. */
const worldOf = (
  members: fc.Arbitrary<Clusterset>,
  events: fc.Arbitrary<readonly Event[]>,
): fc.Arbitrary<World> =>
  fc.tuple(members, events, minHealthy).map(([members, list, minHealthy]) => {
    const made = turn(beginning(members), list).world
    return withClusterset(made, { ...members, policy: { ...members.policy, minHealthy } }, NOW)
  })

const world = worldOf(clusterset, events({ deletes: false }))

/** The same clusters, but that each reaches each, and none has a reason to stand back. */
const near: fc.Arbitrary<Clusterset> = clusterset.map((one) => ({
  ...one,
  members: new Map([...one.members].map(([id, cluster]) => [id, { ...cluster, ...WILLING }])),
}))

const WILLING = {
  network: 'a',
  reach: 'auto',
  weight: null,
  drain: false,
  podCIDRs: [],
  freshness: { kind: 'live', heard: NOW },
} as const

const HTTP: Port = { name: 'http', protocol: 'TCP', port: 80, appProtocol: null }

/** One service that most of them export, with one port, each with a few endpoints of some families. */
const alike = worldOf(
  near,
  events({ deletes: false, imports: false }).map((list) =>
    list.flatMap(({ cluster, change }) => {
      if (change.op !== 'put') return []
      const object = { ...change.object, namespace: 'default' }
      if (object.kind === 'EndpointSlice')
        return { cluster, change: put({ ...object, ...SLICE, addressType: FAMILIES[object.name] ?? 'IPv4' }) }
      if (object.kind === 'Service') return { cluster, change: put({ ...object, ...PLAIN }) }
      return { cluster, change: put({ ...object, name: 'web' }) }
    }),
  ),
)

const SLICE = { ports: [HTTP], service: 'web', sourceCluster: null, managedBy: null } as const

const FAMILIES: Readonly<Record<string, 'IPv6'>> = { s1: 'IPv6', s2: 'IPv6' }

const put = <T extends KubeObject>(object: T): Change => ({ op: 'put', object })

const PLAIN = {
  name: 'web',
  type: 'ClusterIP',
  headless: false,
  derived: false,
  internalTrafficPolicy: 'Cluster',
  ports: [HTTP],
  nodePorts: [],
} as const

function planOf(name: Name, type: number, world: World, viewpoint: Viewpoint): AnswerPlan {
  const asker = { viewpoint, mayExplain: false }
  const planned = plan(question(name, type), world, asker, identityOf())
  if (planned === undefined) throw new Error(`${name}: no plan`)
  return planned
}

const namesIn = (world: World, viewpoint: Viewpoint): readonly Name[] => {
  const owners = [...world.zones.values()].flatMap((zone) =>
    recordsOfZone(world, zone, viewpoint).map(({ owner }) => owner),
  )
  return [...new Set(owners)]
}

const srvOf = ({ data }: RR) => (data.type === TYPE.SRV ? [data] : [])

/** Whom a name's addresses may be of, whatever is drawn. */
const reached = (name: Name, world: World, viewpoint: Viewpoint): readonly string[] =>
  [TYPE.A, TYPE.AAAA].flatMap((type) =>
    planOf(name, type, world, viewpoint).draws.flatMap(({ answer }) =>
      answer.kind === 'records' ? answer.clusters : [],
    ),
  )

/** The numbers under which a cluster exports a port: of that name; else of the number that the SRV record has. */
function numbersIn(
  entry: Entry,
  from: string,
  cluster: string,
  name: string,
  protocol: string,
): readonly number[] {
  const exported = candidatesOf(entry, from).find((one) => one.cluster === cluster)
  const site = sitesIn(entry).find(({ id }) => id === cluster)
  const ways = exported === undefined ? (site === undefined ? [] : [site]) : (exported.route?.parts ?? [])
  const ports = exported?.ports ?? site?.ports ?? []
  const all = ports.filter((port) => port.protocol === protocol)
  const named = all.filter((port) => port.name === name)
  return (named.length > 0 ? named : all).flatMap((own) => {
    const others = [...(exported?.nodePorts ?? []), ...ways.flatMap(({ shifted }) => shifted)].filter(
      ({ protocol, port }) => protocol === own.protocol && port === own.port,
    )
    return [own.port, ...others.map(({ nodePort }) => nodePort)]
  })
}

describe('whatever is drawn', () => {
  test('a name has records of a type or has none', () => {
    let apart = 0
    fc.assert(
      fc.property(fc.oneof({ weight: 1, arbitrary: world }, { weight: 3, arbitrary: alike }), (made) => {
        for (const [, entry] of made.entries)
          if (explain(entry, made, made.clusterset.local).clusters.some(({ shareOf }) => shareOf !== null))
            apart++
        for (const viewpoint of viewpointsOf(made.clusterset).slice(0, 2))
          for (const name of namesIn(made, viewpoint))
            for (const type of [TYPE.A, TYPE.AAAA, TYPE.SRV]) {
              const { draws } = planOf(name, type, made, viewpoint)
              expect(new Set(draws.map(({ answer }) => answer.kind)).size, `${name} ${type}`).toBe(1)
              expect(draws.reduce((sum, { chance }) => sum + chance, 0)).toBeCloseTo(1, 9)
            }
      }),
      { numRuns: 400 },
    )
    expect(apart).toBeGreaterThan(0)
  })

  test('an SRV record leads only to clusters that have the port under its number', () => {
    const counts = { own: 0, drawn: 0 }
    fc.assert(
      fc.property(world, (made) => {
        for (const viewpoint of viewpointsOf(made.clusterset).slice(0, 2))
          for (const name of namesIn(made, viewpoint)) {
            const found = find(made, name, viewpoint.cluster)
            if (found.kind !== 'service' || found.node.kind !== 'port') continue
            const { entry, published, zone, base, node } = found
            const hasIPs = (entry.imports.get(viewpoint.cluster)?.ips.length ?? 0) > 0
            if (published.type !== 'ClusterSetIP' || zone.kind === 'cluster' || hasIPs) continue
            for (const { answer } of planOf(name, TYPE.SRV, made, viewpoint).draws)
              for (const { target, port } of answer.kind === 'records' ? answer.answers.flatMap(srvOf) : []) {
                counts[target === base ? 'own' : 'drawn']++
                const clusters = reached(target, made, viewpoint)
                expect(clusters.length, `${name} ${target}`).toBeGreaterThan(0)
                for (const cluster of clusters)
                  expect(
                    numbersIn(entry, viewpoint.cluster, cluster, node.name, node.protocol),
                    `${name} ${cluster}`,
                  ).toContain(port)
              }
          }
      }),
      { numRuns: 150 },
    )
    expect(counts.own).toBeGreaterThan(10)
    expect(counts.drawn).toBeGreaterThan(10)
  })

  test('SRV in the global zone divides as look-ups of addresses are divided', () => {
    let shared = 0
    fc.assert(
      fc.property(alike, (made) => {
        const viewpoint = made.clusterset.local
        for (const [, entry] of made.entries) {
          if (entry.import?.type !== 'ClusterSetIP') continue
          const base = `${entry.name}.${entry.namespace}.global`
          const srv = `_http._tcp.${base}`
          const [{ answer } = {}] = planOf(srv, TYPE.SRV, made, viewpoint).draws
          const records = answer?.kind === 'records' ? answer.answers.flatMap(srvOf) : []
          const { clusters } = explain(entry, made, viewpoint)
          const drawn = clusters.filter(({ share }) => (share ?? 0) > 0)
          if (
            drawn.some(
              ({ cluster }) => find(made, `${cluster}.${base}`, viewpoint.cluster).kind !== 'service',
            )
          )
            continue
          const wanted = drawn.map(
            ({ cluster, share }) =>
              [`${cluster}.${base}`, Math.max(1, Math.round((share ?? 0) * 65_535))] as const,
          )
          const first = records.filter(({ priority }) => priority === 0)
          expect(new Map(first.map(({ target, weight }) => [target, weight])), srv).toEqual(new Map(wanted))
          const priorities = [...new Set(records.map(({ priority }) => priority))]
          expect(priorities).toEqual(priorities.map((_, i) => i))
          if (first.length > 1) shared++
        }
      }),
      { numRuns: 150 },
    )
    expect(shared).toBeGreaterThan(0)
  })
})
