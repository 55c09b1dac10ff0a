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
  /** Host names of the servers that are shown what it prints, `*` standing for any run of characters; none: any. */
  readonly servers: readonly string[]
  readonly accept: {
    /** Arguments after its own. */
    readonly args: boolean
    /** Names of variables. */
    readonly env: readonly string[]
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
export function allowedExec(exec: Fields, server: unknown, execs: readonly AllowedExec[]): Fields {
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
  refuseServer(textOf(server) ?? '', allowed)
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

/** Who writes the object names the server, and would otherwise be shown credentials that are not for it. */
function refuseServer(server: string, { servers }: AllowedExec): void {
  const host = parseUrl(server)?.hostname ?? ''
  if (servers.length === 0 || servers.some((pattern) => fits(host, pattern))) return
  throw new CredentialsError(
    `exec: server: ${JSON.stringify(host)} is none that may be shown what the program prints`,
    'correct it there, or name it under servers of its entry of execs in the configuration',
  )
}

const fits = (host: string, pattern: string): boolean =>
  new RegExp(
    `^${pattern
      .toLowerCase()
      .replace(/[^\w*]/g, '\\$&')
      .replaceAll('*', '.*')}$`,
  ).test(host)
