import { type Address, parseAddress, printAddress, unusable } from '../../../values/dns/index.ts'
import type { Config } from '../../config/index.ts'
import { usageFailure } from '../failure.ts'

export const TARGETS = ['coredns', 'eks', 'aks', 'gke', 'k3s', 'openshift', 'nodelocal', 'kube-dns'] as const

/** Those whose configuration says nothing that depends on CoreDNS's version. */
const WITHOUT_VERSION: readonly CorefileTarget[] = ['gke', 'openshift', 'kube-dns']

/** Those whose Corefile has a block of ours among others. */
const BINDING: readonly CorefileTarget[] = ['coredns', 'eks', 'nodelocal']

/** Which DNS server of the cluster is to forward. */
export type CorefileTarget = (typeof TARGETS)[number]

/** As the command line has them; lists are separated by commas. */
export interface CorefileOptions {
  /** One of TARGETS; default `coredns`. */
  readonly for?: string
  /** `IP[:PORT]` of Meridian's Service; default `dns.advertise`, else a placeholder. */
  readonly address?: string
  /** Where the block listens; default: as what is beside it, for NodeLocal DNSCache its own default. */
  readonly bind?: string
  /** Default: only what every CoreDNS from OLDEST on understands. */
  readonly corednsVersion?: string
  /** Filters: the object that is piped in, with what forwards here put in, or taken out. */
  readonly patch?: boolean
  readonly remove?: boolean
  /** With --for eks and an object to patch: the add-on's configuration values instead of the ConfigMap. */
  readonly values?: boolean
}

/** The options, read. */
export interface CorefileChoice {
  readonly target: CorefileTarget
  /** Where Meridian is reached; empty: nobody said. */
  readonly upstreams: readonly Upstream[]
  readonly bind: readonly Address[]
  readonly version: Version
  /** The options that were given, to repeat the command with. */
  readonly given: readonly string[]
}

interface Upstream {
  readonly address: Address
  readonly port: number
}

export type Version = readonly [major: number, minor: number, patch: number]

const OLDEST: Version = [1, 9, 0]

/** The address that NodeLocal DNSCache's manifests use. */
const NODELOCAL = '169.254.20.10'

/** The most that CoreDNS's forward takes. */
const MOST_UPSTREAMS = 15

export function parseCorefileOptions(options: CorefileOptions, config: Config): CorefileChoice {
  const target = parseTarget(options)
  return {
    target,
    upstreams: options.address === undefined ? advertised(config) : upstreamsOf(options.address),
    bind: (options.bind ?? NODELOCAL).split(',').map(parseBind),
    version: options.corednsVersion === undefined ? OLDEST : parseVersion(options.corednsVersion),
    given: givenOf(target, options),
  }
}

export function parseTarget(options: Pick<CorefileOptions, 'for'>): CorefileTarget {
  const target = TARGETS.find((one) => one === (options.for ?? 'coredns'))
  if (target !== undefined) return target
  throw usageFailure(`--for ${options.for}: nothing is known of it`, `use one of ${TARGETS.join(', ')}`)
}

/** Throws a Failure for options that contradict each other. */
export function checkFilter({ patch, remove, values }: CorefileOptions): void {
  if (patch === true && remove === true)
    throw usageFailure('--patch and --remove: what one puts in, the other takes out', 'say one of them')
  if (values === true && patch !== true && remove !== true)
    throw usageFailure(
      '--values: there is no ConfigMap to make them from',
      'pipe one in, with --patch or --remove',
    )
}

const advertised = ({ dns }: Config): readonly Upstream[] =>
  dns.advertise.map((address) => ({ address, port: 53 }))

function upstreamsOf(text: string): readonly Upstream[] {
  const all = text.split(',').map(parseUpstream)
  if (all.length <= MOST_UPSTREAMS) return all
  throw usageFailure(
    `--address: ${all.length} addresses are more than CoreDNS forwards to`,
    `name at most ${MOST_UPSTREAMS}, or the one address of a Service`,
  )
}

function parseUpstream(text: string): Upstream {
  const [, bracketed, plain, digits] = /^(?:\[(.+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const alone = parseAddress(text)
  const address = alone ?? parseAddress(bracketed ?? plain ?? '')
  const port = alone !== undefined || digits === undefined ? 53 : Number(digits)
  if (address === undefined || port < 1 || port > 65535)
    throw usageFailure(
      `--address ${text} is not an IP address with or without a port`,
      "write the ClusterIP of Meridian's Service, such as 10.96.0.53, 10.96.0.53:5353 or [fd00::53]:53",
    )
  const why = unusable(address)
  if (why === undefined || why === 'loopback') return { address, port }
  throw usageFailure(
    `--address ${text} is ${why}: nothing answers there`,
    "write the ClusterIP of Meridian's Service",
  )
}

function parseBind(text: string): Address {
  const address = parseAddress(text)
  if (address !== undefined) return address
  throw usageFailure(
    `--bind ${text} is not an IP address`,
    `write what the other blocks of the Corefile bind, such as ${NODELOCAL},10.96.0.10`,
  )
}

function parseVersion(text: string): Version {
  const [, major = '', minor = '', patch = '0'] =
    /^v?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?(?:[-+].*)?$/.exec(text) ?? []
  if (minor === '')
    throw usageFailure(
      `--coredns-version ${text} is not a version`,
      'write it like 1.11.3; kubectl -n kube-system get deployment coredns -o wide shows it',
    )
  const version: Version = [Number(major), Number(minor), Number(patch)]
  if (isFrom(version, OLDEST)) return version
  throw usageFailure(
    `--coredns-version ${text} is older than ${OLDEST.join('.')}, the oldest this is known to work with`,
    'update CoreDNS',
  )
}

/** Whether a version is `oldest` or later. */
export function isFrom(version: Version, oldest: Version): boolean {
  const differing = [0, 1, 2].find((i) => version[i] !== oldest[i])
  return differing === undefined || (version[differing] ?? 0) > (oldest[differing] ?? 0)
}

const givenOf = (
  target: CorefileTarget,
  { address, bind, corednsVersion }: CorefileOptions,
): readonly string[] =>
  [
    ['--for', target],
    ['--address', address],
    ['--bind', BINDING.includes(target) ? bind : undefined],
    ['--coredns-version', WITHOUT_VERSION.includes(target) ? undefined : corednsVersion],
  ].flatMap(([flag = '', value]) => (value === undefined ? [] : [flag, value]))

/** `10.96.0.53`, `10.96.0.53:5353`, `[fd00::53]:5353`: as CoreDNS and kube-dns read it. */
export function printUpstream({ address, port }: Upstream): string {
  const text = printAddress(address)
  if (port === 53) return text
  return text.includes(':') ? `[${text}]:${port}` : `${text}:${port}`
}
