import { below, oneOf, type Random } from './chance.ts'
import type { Facts, Version } from './facts.ts'
import {
  clusterIpOf,
  type Endpoint,
  LOCAL,
  NAMESPACE,
  type Part,
  possibleShares,
  readyIn,
  type Service,
  type Share,
} from './scene.ts'

export type QuestionType = 'A' | 'AAAA' | 'SRV' | 'TXT'

/** What a reply says, as far as it is judged. Addresses of SRV are those that its targets are named after. */
export interface Heard {
  readonly rcode: string
  /** Sorted. */
  readonly values: readonly string[]
  /** There may be more: TC over UDP, as much as a message holds over TCP. */
  readonly isCut: boolean
}

/** A question, and how to tell right answers from wrong ones. `asked` is when it was asked, by performance.now(). */
export interface Question {
  readonly name: string
  readonly type: QuestionType
  /** UDP unless said. */
  readonly transport?: 'udp' | 'tcp'
  readonly judge: (heard: Heard, asked: number) => Verdict
}

/** `seen`: the newest versions of slices that can have been answered; for measuring how late they are. */
export type Verdict =
  | { readonly right: true; readonly seen: readonly Seen[] }
  | { readonly right: false; readonly expected: string }

export interface Seen {
  readonly part: Part
  readonly version: Version<readonly Endpoint[] | null>
}

const RIGHT: Verdict = { right: true, seen: [] }

export function nextQuestion(services: readonly Service[], random: Random): Question {
  const draw = random()
  if (draw < 0.03)
    return fixed(`gone-${below(random, 1000)}.${NAMESPACE}.svc.clusterset.local`, 'A', 'NXDOMAIN', [])
  if (draw < 0.05) return fixed('dns-version.clusterset.local', 'TXT', 'NOERROR', ['1.0.0'])
  const service = oneOf(random, services)
  const zone = oneOf(random, ['svc.clusterset.local', 'global'])
  const name = `${service.name}.${NAMESPACE}.${zone}`
  if (draw < 0.15) return empty(service, name)
  if (service.kind === 'web') return clusterSetIp(service, name)
  if (draw < 0.3) return oneEndpoint(service, zone, random)
  if (draw < 0.45) return headless(service, `_http._tcp.${name}`, 'SRV')
  return headless(service, name, 'A')
}

const fixed = (name: string, type: QuestionType, rcode: string, values: readonly string[]): Question => ({
  name,
  type,
  judge: (heard) => verdict(heard.rcode === rcode && isSame(heard.values, values), `${rcode} ${values}`),
})

/** The union of what the clusters export. Addresses tell their cluster, so each part is judged alone. */
const headless = (service: Service, name: string, type: 'A' | 'SRV'): Question => ({
  name,
  type,
  judge: ({ rcode, values }, asked) => {
    const apart = service.parts.map((part) => ({ part, values: values.filter((one) => isOf(part, one)) }))
    const right =
      apart.every((one) =>
        possibleShares(one.part, asked).some((share) => isSame(share ?? [], one.values)),
      ) &&
      apart.reduce((sum, one) => sum + one.values.length, 0) === values.length &&
      rcode === (values.length > 0 ? 'NOERROR' : 'NXDOMAIN')
    if (!right) return { right, expected: describe(service, asked) }
    return { right, seen: apart.flatMap((one) => seenIn(one.part, one.values, asked)) }
  },
})

const isOf = ({ member }: Part, address: string): boolean => address.startsWith(`10.${member.number}.`)

function seenIn(part: Part, values: readonly string[], asked: number): readonly Seen[] {
  const version = part.slice.possible(asked).findLast(({ value }) => isSame(readyIn(value), values))
  return version === undefined || values.length === 0 ? [] : [{ part, version }]
}

/** AAAA, of which there is none: the name exists or not. */
const empty = (service: Service, name: string): Question => ({
  name,
  type: 'AAAA',
  judge: ({ rcode, values }, asked) => {
    const exists = (share: Share): boolean => share !== null && (service.kind === 'web' || share.length > 0)
    const possible = service.parts.map((part) => possibleShares(part, asked))
    const may = possible.some((some) => some.some(exists))
    const mayNot = possible.every((some) => some.some((share) => !exists(share)))
    const right = values.length === 0 && ((rcode === 'NOERROR' && may) || (rcode === 'NXDOMAIN' && mayNot))
    return verdict(right, describe(service, asked))
  },
})

/** Name 3: it exists while the endpoint is ready. */
function oneEndpoint(service: Service, zone: string, random: Random): Question {
  const part = oneOf(random, service.parts)
  const known = readyIn(part.slice.newest ?? null)
  const address = known.length === 0 ? `10.${part.member.number}.255.254` : oneOf(random, known)
  const host = address.replaceAll('.', '-')
  return {
    name: `${host}.${part.member.id}.${service.name}.${NAMESPACE}.${zone}`,
    type: 'A',
    judge: ({ rcode, values }, asked) => {
      const has = (share: Share): boolean => share?.includes(address) === true
      const possible = possibleShares(part, asked)
      const there = rcode === 'NOERROR' && isSame(values, [address]) && possible.some(has)
      const gone = rcode === 'NXDOMAIN' && possible.some((one) => !has(one))
      return verdict(there || gone, describe(service, asked))
    },
  }
}

/** One cluster's addresses: the client's own while it has a ready endpoint, else any other's that has. */
const clusterSetIp = (service: Service, name: string): Question => ({
  name,
  type: 'A',
  judge: ({ rcode, values }, asked) => {
    const said = `${rcode} ${values}`
    const possible = service.parts.map((part) => ({ part, shares: possibleShares(part, asked) }))
    const right = combinations(possible).some((shares) => answersOf(shares).has(said))
    return right ? RIGHT : { right, expected: describe(service, asked) }
  },
})

type Shares = ReadonlyMap<Part, Share>

function combinations(
  possible: readonly { readonly part: Part; readonly shares: readonly Share[] }[],
): readonly Shares[] {
  return possible.reduce<readonly Shares[]>(
    (all, { part, shares }) => all.flatMap((one) => shares.map((share) => new Map([...one, [part, share]]))),
    [new Map()],
  )
}

function answersOf(shares: Shares): ReadonlySet<string> {
  const exporting = [...shares].filter(([, share]) => share !== null)
  const ready = exporting.filter(([, share]) => share !== null && share.length > 0)
  const own = (some: typeof exporting) => some.find(([{ member }]) => member.id === LOCAL)?.[0]
  const local = own(ready) ?? (ready.length === 0 ? own(exporting) : undefined)
  if (exporting.length === 0) return new Set(['NXDOMAIN '])
  if (local !== undefined) return new Set([`NOERROR ${clusterIpOf(local)}`])
  // No ready endpoint: nothing to send a client to, and the name still exists.
  if (ready.length === 0) return new Set(['NOERROR '])
  return new Set(ready.map(([, share]) => `NOERROR ${share}`))
}

const verdict = (right: boolean, expected: string): Verdict => (right ? RIGHT : { right, expected })

const isSame = (a: readonly string[], b: readonly string[]): boolean => a.join() === b.join()

/** What was possible, for a person who looks for the cause. */
function describe({ parts }: Service, asked: number): string {
  return parts.map((part) => `\n    ${part.member.id}: ${describePart(part, asked)}`).join('')
}

function describePart({ member, serviceObject, exportObject, slice }: Part, asked: number): string {
  const objects = [
    `Service ${describeFacts(serviceObject, asked, String)}`,
    `ServiceExport ${describeFacts(exportObject, asked, String)}`,
    `slice ${describeFacts(slice, asked, (value) => `[${value === null ? 'none' : readyIn(value)}]`)}`,
  ]
  return `${member.weather.isFair ? '' : 'fault; '}${objects.join('; ')}`
}

function describeFacts<T>(facts: Facts<T>, asked: number, print: (value: T) => string): string {
  const versions = facts.possible(asked).map(({ value, begun, acknowledged }) => {
    const [from, to] = [begun, acknowledged].map((time) => Math.round((asked - time) / 100) / 10)
    return `${print(value)} (${from} s, acknowledged ${to} s before)`
  })
  return versions.join(' or ')
}
