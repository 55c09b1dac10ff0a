import { isIPv6 } from 'node:net'
import { basename } from 'node:path'
import { parseUrl } from '../../words/observe/index.ts'
import { CredentialsError } from './credentials-error.ts'
import { type Fields, fieldsOf, listOf, textOf } from './fields.ts'

/**
 * A program that gives credentials for clusters that objects declare. Who writes those objects is not who runs this: the
 * command is never theirs to choose, and what else is theirs, stands in `accept`.
 */
export interface AllowedExec {
  /** Of the provider, as ClusterProfiles call it. */
  readonly name: string
  /** The program's absolute path. */
  readonly command: string
  readonly args: readonly string[]
  readonly env: readonly { readonly name: string; readonly value: string }[]
  readonly apiVersion: string
  /** The program is told of the cluster, in KUBERNETES_EXEC_INFO. */
  readonly provideClusterInfo: boolean
  /**
   * Host names of the servers that are shown what it prints, `*` standing for any run of characters. None: any, in
   * whichever way the object says that they are reached.
   */
  readonly servers: readonly string[]
  readonly accept: {
    /** Arguments after its own. */
    readonly args: boolean
    /** Names of variables. */
    readonly env: readonly string[]
    /** Host names of proxies, as `servers`. Without `servers` any will do. */
    readonly proxies: readonly string[]
  }
}

/** What an object asks for beside the program. */
interface AskedExec {
  readonly args: readonly string[]
  readonly env: ReadonlyMap<string, string>
}

/** The program with what an object may add to it, as the `exec` of a kubeconfig. */
export function execWith(allowed: AllowedExec, { args, env }: AskedExec): Fields {
  const added = [...env].filter(([name]) => allowed.accept.env.includes(name))
  const names = new Set(added.map(([name]) => name))
  return {
    apiVersion: allowed.apiVersion,
    command: allowed.command,
    args: [...allowed.args, ...(allowed.accept.args ? args : [])],
    env: [
      ...allowed.env.filter(({ name }) => !names.has(name)),
      ...added.map(([name, value]) => ({ name, value })),
    ],
    provideClusterInfo: allowed.provideClusterInfo,
    interactiveMode: 'Never',
  }
}

/**
 * The `exec` of a kubeconfig out of an object, as it may be run: the program of that name that the configuration has,
 * at the path that it has there.
 */
export function allowedExec(exec: Fields, cluster: Fields, execs: readonly AllowedExec[]): Fields {
  const command = textOf(exec['command']) ?? ''
  const named = execs.filter((one) => one.command === command || basename(one.command) === command)
  if (named.length === 0)
    throw new CredentialsError(
      'exec: its command is none that an object may have run here',
      'embed a certificate or a token, or name the program under execs in the configuration',
    )
  const args = listOf(exec['args']).map(String)
  const allowed = named.find((one) => isTaken(one, args))
  if (allowed === undefined)
    throw new CredentialsError(
      'exec: its args are none that an object may choose',
      'write them under execs in the configuration, as they stand there or, with accept.args, as they begin',
    )
  if (allowed.servers.length > 0) refuseDetours(cluster, allowed)
  const env = new Map(
    listOf(exec['env'])
      .map(fieldsOf)
      .map(({ name, value }) => [String(name), String(value ?? '')]),
  )
  const refused = [...env].filter(([name, value]) => !mayHave(allowed, name, value))
  if (refused.length > 0)
    throw new CredentialsError(
      `exec: env: ${refused.map(([name]) => name).join(', ')}: may not be set by an object`,
      'take it out there, or name it under accept.env of its entry of execs in the configuration',
    )
  return execWith(allowed, { args: args.slice(allowed.args.length), env })
}

/** Whether these are its own, and whatever comes after them may come from an object. */
const isTaken = ({ args: own, accept }: AllowedExec, args: readonly string[]): boolean =>
  own.every((arg, i) => args[i] === arg) && (args.length === own.length || accept.args)

const mayHave = ({ env, accept }: AllowedExec, name: string, value: string): boolean =>
  accept.env.includes(name) || env.some((own) => own.name === name && own.value === value)

/**
 * Who writes the object says where the cluster is, and would otherwise be shown credentials that are not for it: by
 * another server, or at the name of a right one by a proxy, with a certificate that nobody verifies or that is for another
 * name. Authorities of its own are what most clusters have: who answers at a host name, DNS and the network say.
 */
function refuseDetours(cluster: Fields, { servers, accept }: AllowedExec): void {
  const server = parseUrl(textOf(cluster['server']) ?? '')
  const host = server?.hostname ?? ''
  if (!servers.some((pattern) => fits(host, pattern)))
    throw refusal(
      `server: ${JSON.stringify(host)} is none that may be shown`,
      'correct it there, or name it under servers',
    )
  if (server?.protocol !== 'https:')
    throw unverified('server: without https', 'write it like https://HOST:PORT')
  if (cluster['insecure-skip-tls-verify'] === true)
    throw unverified('insecure-skip-tls-verify: with it', 'write certificate-authority-data there instead')
  const name = textOf(cluster['tls-server-name'])
  if (name !== undefined && !servers.some((pattern) => fits(name.toLowerCase(), pattern)))
    throw refusal(
      `tls-server-name: ${JSON.stringify(name)} is none that may be shown`,
      'take it out there, or name it under servers',
    )
  const proxy = textOf(cluster['proxy-url'])
  const through = proxy === undefined ? '' : (parseUrl(proxy)?.hostname ?? '')
  if (proxy !== undefined && !accept.proxies.some((pattern) => fits(through, pattern)))
    throw refusal(
      `proxy-url: ${through === '' ? '' : `${JSON.stringify(through)} `}is no proxy that may pass on`,
      'take it out there, or name the proxy under accept.proxies',
    )
}

const refusal = (problem: string, remedy: string): CredentialsError =>
  new CredentialsError(
    `exec: ${problem} what the program prints`,
    `${remedy} of its entry of execs in the configuration`,
  )

const unverified = (problem: string, remedy: string): CredentialsError =>
  new CredentialsError(
    `exec: ${problem} anybody could pass for one of the servers that are shown what the program prints`,
    remedy,
  )

/** Both are written with brackets or without, where they are addresses of IPv6. */
function fits(host: string, pattern: string): boolean {
  // No host has a longer name, and stars of a pattern take time in proportion to the square of it and more.
  if (host.length > MOST_HOST) return false
  const wanted = withoutBrackets(pattern.toLowerCase())
  const printed = isIPv6(wanted) ? withoutBrackets(parseUrl(`https://[${wanted}]`)?.hostname ?? '') : wanted
  const characters = printed.replace(/[^\w*]/g, '\\$&').replaceAll('*', '.*')
  return new RegExp(`^${characters}$`).test(withoutBrackets(host))
}

const MOST_HOST = 253

const withoutBrackets = (host: string): string => host.replace(/^\[|\]$/g, '')
