import { isDnsLabel } from '../../../values/dns/index.ts'
import type { ClusterId } from '../../../words/clusterset/index.ts'
import { ISTIO } from '../../../words/kube/index.ts'
import { askedOf, parseDeclared } from '../../config/index.ts'
import { usageFailure } from '../failure.ts'

/** Whom a part is for: the cluster that joins, or the one that Meridian runs in. */
export const PARTS = ['remote', 'registry'] as const

export type JoinPart = (typeof PARTS)[number]

/** As the command line has them. */
export interface JoinOptions {
  /** Where the service account and the registry's Secret live; default `meridian`. */
  readonly namespace?: string
  readonly locality?: string
  /** Several with commas between. */
  readonly network?: string
  /** `net.gke.io`: whose ServiceExports are read besides; several with commas between. */
  readonly exportGroups?: string
  /** `cilium`: by whose annotations its Services are exported. */
  readonly exportAnnotations?: string
  /** Istio's objects of it are read besides (`istio.cluster`). */
  readonly istio?: boolean
  /** Of tokens: `24h`, `30d`; default: one without an end. */
  readonly lifetime?: string
  /** The URL of its API server as Meridian reaches it; default: the kubeconfig's. */
  readonly server?: string
  /** The URL may be one that leads to the host itself. */
  readonly allowLoopback?: boolean
  readonly caFile?: string
  /** In base64, as a kubeconfig has it. */
  readonly caData?: string
  /** Default as kubectl's: `KUBECONFIG`, else ~/.kube/config. */
  readonly kubeconfig?: string
  /** Default: the id. */
  readonly context?: string
  /** `-`: standard input. */
  readonly tokenFile?: string
  /** Default: both, for people. */
  readonly only?: JoinPart
}

/** The options, read. */
export interface JoinChoice {
  readonly id: ClusterId
  readonly namespace: string
  readonly context: string
  /** As `kubectl create token --duration` takes it; null: without an end. */
  readonly lifetime: string | null
  /** What the registry's Secret says of the cluster, by field. */
  readonly fields: ReadonlyMap<string, unknown>
  /** What is read of it besides. */
  readonly asked: readonly string[]
  readonly only: JoinPart | null
  readonly options: JoinOptions
}

export function parseJoinOptions(id: string, options: JoinOptions): JoinChoice {
  const { locality, network, namespace = 'meridian' } = options
  const exports = exportsOf(options)
  const networks = network?.includes(',') ? network.split(',').map((one) => one.trim()) : network
  const fields = new Map(Object.entries({ locality, network: networks, exports }).flatMap(given))
  const asked = askedOf(declaredBy({ id, ...Object.fromEntries(fields) }))
  checkNamespace(namespace)
  return {
    id,
    namespace,
    context: options.context ?? id,
    lifetime: options.lifetime === undefined ? null : parseLifetime(options.lifetime),
    fields,
    asked: options.istio === true ? [...asked, ISTIO] : asked,
    only: options.only ?? null,
    options,
  }
}

/** What the options say of `exports`; undefined: nothing. */
function exportsOf({
  exportGroups,
  exportAnnotations: annotations,
}: JoinOptions): Readonly<Record<string, unknown>> | undefined {
  const groups = exportGroups?.split(',').map((group) => group.trim())
  const exports = Object.fromEntries(Object.entries({ groups, annotations }).flatMap(given))
  return Object.keys(exports).length === 0 ? undefined : exports
}

const given = ([name, value]: readonly [string, unknown]): readonly (readonly [string, unknown])[] =>
  value === undefined ? [] : [[name, value]]

/** By the rules of an entry of `clusters`, which is how Meridian reads the Secret. */
function declaredBy(fields: Readonly<Record<string, unknown>>): Parameters<typeof askedOf>[0] {
  const declared = parseDeclared(fields, { clusterset: 'clusterset.local', global: null })
  if (!('flaws' in declared)) return declared.cluster
  const [flaw] = declared.flaws
  if (flaw === undefined) return {}
  const option = flaw.path.replace(/^exports\.(\w+).*/, 'export-$1')
  throw usageFailure(`${option === 'id' ? 'CLUSTER' : `--${option}`}: ${flaw.problem}`, flaw.remedy)
}

function checkNamespace(namespace: string): void {
  if (isDnsLabel(namespace)) return
  throw usageFailure(
    `--namespace ${namespace} is not a namespace`,
    'write a lower-case DNS label, such as meridian',
  )
}

/** API servers give out no token for less than ten minutes. */
function parseLifetime(text: string): string {
  const [, digits, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? []
  if (digits === undefined)
    throw usageFailure(
      `--lifetime ${text} is not a duration`,
      'write a number with its unit (m, h or d), such as 24h',
    )
  const minutes = Number(digits) * (unit === 'm' ? 1 : unit === 'h' ? 60 : 1440)
  if (minutes < 10)
    throw usageFailure(
      `--lifetime ${text} is too short`,
      'write at least 10m: no API server gives a token for less',
    )
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`
}
