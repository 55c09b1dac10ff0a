import { closest } from './closest.ts'
import type { ConfigProblem, Path } from './problems.ts'
import { isRecord } from './yaml.ts'

/** A key that a container may set without touching the file. Flags win over the environment, it over the file. */
interface Override {
  readonly path: readonly [string, string]
  readonly env: string
  /** Name of the flag's value among parsed flags. */
  readonly key: string
  readonly flag: string
  readonly argument: string
  /** Several values, separated by commas. */
  readonly list: boolean
  readonly description: string
}

export const OVERRIDES: readonly Override[] = [
  {
    path: ['dns', 'listen'],
    env: 'MERIDIAN_DNS_LISTEN',
    key: 'dnsListen',
    flag: '--dns-listen',
    argument: '<addresses>',
    list: true,
    description: 'addresses and ports for DNS, separated by commas: 127.0.0.1:1053,[::1]:1053',
  },
  {
    path: ['admin', 'listen'],
    env: 'MERIDIAN_ADMIN_LISTEN',
    key: 'adminListen',
    flag: '--admin-listen',
    argument: '<address>',
    list: false,
    description: 'address and port for /metrics, /healthz and /readyz: 127.0.0.1:9153',
  },
  {
    path: ['local', 'cluster'],
    env: 'MERIDIAN_LOCAL_CLUSTER',
    key: 'localCluster',
    flag: '--local-cluster',
    argument: '<id>',
    list: false,
    description: 'the cluster that this server and its clients are in',
  },
  {
    path: ['local', 'locality'],
    env: 'MERIDIAN_LOCAL_LOCALITY',
    key: 'localLocality',
    flag: '--local-locality',
    argument: '<locality>',
    list: false,
    description: 'where they stand: region[/zone[/subzone]]',
  },
  {
    path: ['log', 'level'],
    env: 'MERIDIAN_LOG_LEVEL',
    key: 'logLevel',
    flag: '--log-level',
    argument: '<level>',
    list: false,
    description: 'the least grave lines that are logged: silent, error, warn, info, debug or trace',
  },
]

export type Env = Readonly<Record<string, string | undefined>>

/** Parsed flags by `Override.key`; others may be among them. */
export type Flags = Readonly<Record<string, unknown>>

/** One override in force: the value, and who said it. */
export interface OverrideInForce {
  readonly path: Path
  readonly value: unknown
  readonly place: string
}

/** The overrides in force, at most one per key. An environment variable that is set but empty says nothing. */
export const overridesOf = (env: Env, flags: Flags): readonly OverrideInForce[] =>
  OVERRIDES.flatMap((override): readonly OverrideInForce[] => {
    const { path, list } = override
    const flag = flags[override.key]
    if (flag !== undefined) return [{ path, value: list ? split(flag) : flag, place: override.flag }]
    const text = withoutEmptyEnd(override, env[override.env] ?? '')
    return text === '' ? [] : [{ path, value: list ? split(text) : text, place: override.env }]
  })

/** A pod's labels may name a region without a zone, or neither: `us-east-1/`, `/`. */
const withoutEmptyEnd = ({ key }: Override, text: string): string =>
  key === 'localLocality' ? text.replace(/\/+$/, '') : text

const split = (value: unknown): unknown =>
  typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value

/** The data with a value put at a path of two keys; unchanged where the file has no mapping to put it in. */
export function override(
  data: Readonly<Record<string, unknown>>,
  said: OverrideInForce,
): Readonly<Record<string, unknown>> {
  const [outer, inner] = said.path
  const section = data[String(outer)] ?? {}
  return isRecord(section) ? { ...data, [String(outer)]: { ...section, [String(inner)]: said.value } } : data
}

// What Kubernetes sets in every pod for each Service of its namespace (`enableServiceLinks`), here for those
// named meridian or meridian-…. A PORT without a digit and a protocol holds a URL, which no setting of ours does.
const SERVICE_LINK =
  /^MERIDIAN_(\w+_)?(SERVICE_(HOST|PORT(_\w+)?)|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/

const isServiceLink = (name: string, value: string): boolean =>
  SERVICE_LINK.test(name) || (/^MERIDIAN_(\w+_)?PORT$/.test(name) && value.includes('://'))

/** Variables that look meant for Meridian and are not: near misses are problems, others warnings. */
export function strangers(env: Env): {
  readonly problems: readonly ConfigProblem[]
  readonly warnings: readonly ConfigProblem[]
} {
  const known = OVERRIDES.map((row) => row.env)
  const problems: ConfigProblem[] = []
  const warnings: ConfigProblem[] = []
  for (const [name, value = ''] of Object.entries(env).sort()) {
    if (!name.startsWith('MERIDIAN_') || known.includes(name) || isServiceLink(name, value)) continue
    const near = closest(bare(name), known.map(bare))
    const problem = { place: name, path: '', problem: 'no such setting' }
    if (near === undefined)
      warnings.push({ ...problem, remedy: `it is ignored; there are ${known.join(', ')}` })
    else problems.push({ ...problem, remedy: `did you mean MERIDIAN_${near}?` })
  }
  return { problems, warnings }
}

const bare = (name: string): string => name.slice('MERIDIAN_'.length)
