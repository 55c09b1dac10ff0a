import { setTimeout as pause } from 'node:timers/promises'
import type { Manifest } from '../../test/e2e/ground/index.ts'
import { below, between, oneOf, type Random } from './chance.ts'
import { step } from './churn.ts'
import { Facts } from './facts.ts'
import type { Question } from './questions.ts'
import { exportManifest, type Member, NAMESPACE, serviceManifest, sliceManifest } from './scene.ts'

/** What Kubernetes' own controller puts into a slice. */
const PER_SLICE = 100
/** Pods that come or go at once. */
const SCALING = 300
const PAUSE_MS = [3_000, 9_000] as const

/** A Headless service of thousands of endpoints, which its clusters export all the time. */
export interface LargeService {
  readonly kind: 'db'
  readonly index: number
  readonly name: string
  readonly parts: readonly LargePart[]
}

/** One cluster's part: what its slices hold, each an object of its own. All endpoints are ready. */
export interface LargePart {
  readonly member: Member
  readonly service: LargeService
  readonly slices: readonly Facts<readonly string[]>[]
}

/** One at the bound, one in the middle, and one in two clusters that begins small. */
export function newLargeServices(members: readonly Member[], most: number): readonly LargeService[] {
  const [east, west, central] = members
  if (east === undefined || west === undefined || central === undefined || most === 0) return []
  return [
    newLarge(0, [east], most, most - SCALING),
    newLarge(1, [west], most, Math.floor(most / 2)),
    newLarge(2, [west, central], most, Math.min(400, most)),
  ]
}

function newLarge(index: number, members: readonly Member[], most: number, pods: number): LargeService {
  const parts: LargePart[] = []
  const service: LargeService = { kind: 'db', index, name: `large-${index}`, parts }
  for (const member of members) {
    const slices = Array.from({ length: Math.ceil(most / PER_SLICE) }, (_, at) => {
      const here = Math.max(0, Math.min(PER_SLICE, pods - at * PER_SLICE))
      return new Facts(member.weather, addressesIn(member, index, at).slice(0, here))
    })
    parts.push({ member, service, slices })
  }
  return service
}

/** All that a slice's pods can have: an address tells the cluster, the service and the slice. */
const addressesIn = ({ number }: Member, service: number, slice: number): readonly string[] =>
  Array.from({ length: 250 }, (_, i) => `10.${100 + 10 * (service + 1) + number}.${slice}.${i + 1}`)

export const largeManifestsOf = (part: LargePart): readonly Manifest[] => [
  serviceManifest(part),
  exportManifest(part),
  ...part.slices.map((facts, at) => manifestOf(part, at, facts.newest ?? [])),
]

const manifestOf = (part: LargePart, at: number, addresses: readonly string[]): Manifest =>
  sliceManifest(
    part,
    addresses.map((address) => ({ address, ready: true })),
    at,
  )

/** Scales one part after another up and down, and rolls out new pods, while the cluster's weather is fair. */
export async function churnLarge(
  member: Member,
  services: readonly LargeService[],
  random: Random,
  changed: () => void,
  signal: AbortSignal,
): Promise<void> {
  const parts = services.flatMap((service) => service.parts.filter((part) => part.member === member))
  while (!signal.aborted && parts.length > 0) {
    await pause(between(random, ...PAUSE_MS))
    if (!member.weather.isFair || signal.aborted) continue
    const part = oneOf(random, parts)
    const next = random() < 0.7 ? scaled(part, random) : rolledOut(part, random)
    await Promise.all([...next].map(([at, addresses]) => putSlice(part, at, addresses, signal).then(changed)))
  }
}

type Next = ReadonlyMap<number, readonly string[]>

const heldIn = ({ slices }: LargePart): readonly (readonly string[])[] =>
  slices.map(({ newest }) => newest ?? [])

/** So many pods more, where there is room, or fewer. */
function scaled(part: LargePart, random: Random): Next {
  const held = heldIn(part)
  const pods = held.reduce((sum, { length }) => sum + length, 0)
  const room = held.length * PER_SLICE - pods
  const up = room >= SCALING && (pods < SCALING || random() < 0.5)
  const next = new Map<number, readonly string[]>()
  let left = up ? SCALING : Math.min(SCALING, pods)
  for (const [at, addresses] of up ? held.entries() : [...held.entries()].reverse()) {
    const some = Math.min(left, up ? PER_SLICE - addresses.length : addresses.length)
    if (some === 0) continue
    left -= some
    next.set(at, up ? [...addresses, ...others(part, at, addresses, some, random)] : addresses.slice(some))
  }
  return next
}

/** Some of the pods of a few slices are replaced by others. */
function rolledOut(part: LargePart, random: Random): Next {
  const slices = [...heldIn(part).entries()].filter(([, addresses]) => addresses.length > 0)
  const some = Array.from({ length: Math.min(4, slices.length) }, () => oneOf(random, slices))
  return new Map(
    some.map(([at, addresses]) => {
      const kept = addresses.filter(() => random() < 0.7)
      return [at, [...kept, ...others(part, at, addresses, addresses.length - kept.length, random)]]
    }),
  )
}

function others(
  { member, service }: LargePart,
  at: number,
  held: readonly string[],
  count: number,
  random: Random,
): readonly string[] {
  const free = addressesIn(member, service.index, at).filter((address) => !held.includes(address))
  const from = below(random, free.length - count + 1)
  return free.slice(from, from + count)
}

const putSlice = (
  part: LargePart,
  at: number,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<void> => {
  const facts = part.slices[at]
  if (facts === undefined) throw new RangeError(`no slice ${at}`)
  const write = () => part.member.cluster.admin.apply(manifestOf(part, at, addresses))
  return step(part, facts, addresses, write)(signal)
}

/** Over UDP mostly a cut answer, of which each record must be right; over TCP all that 64 KiB hold. */
export function largeQuestion(services: readonly LargeService[], random: Random): Question {
  const { name, parts } = oneOf(random, services)
  const zone = oneOf(random, ['svc.clusterset.local', 'global'])
  const type = random() < 0.7 ? 'A' : 'SRV'
  const owner = `${name}.${NAMESPACE}.${zone}`
  return {
    name: type === 'A' ? owner : `_http._tcp.${owner}`,
    type,
    transport: random() < 0.5 ? 'tcp' : 'udp',
    judge: ({ rcode, values, isCut }, asked) => {
      const bySlice = Map.groupBy(values, (address) => address.slice(0, address.lastIndexOf('.')))
      let known = 0
      const wrong = parts.flatMap((part) =>
        part.slices.flatMap((facts, at) => {
          const net = netOf(part, at)
          const here = bySlice.get(net) ?? []
          known += here.length
          return facts.possible(asked).some(({ value }) => isOf(here, value, isCut)) ? [] : net
        }),
      )
      const fits =
        known === values.length && new Set(values).size === known && (!isCut || known >= FEWEST_CUT)
      const right = wrong.length === 0 && fits && rcode === (known > 0 ? 'NOERROR' : 'NXDOMAIN')
      if (right) return { right, seen: [] }
      return {
        right,
        expected: `${isCut ? 'cut; ' : ''}${known} of ${values.length} known; wrong: ${wrong.join(', ')}`,
      }
    },
  }
}

/** So many records fit into the shortest reply that is cut. */
const FEWEST_CUT = 10

const netOf = ({ member, service }: LargePart, at: number): string =>
  `10.${100 + 10 * (service.index + 1) + member.number}.${at}`

const isOf = (heard: readonly string[], value: readonly string[], isCut: boolean): boolean => {
  const all = new Set(value)
  return heard.every((address) => all.has(address)) && (isCut || heard.length === all.size)
}
