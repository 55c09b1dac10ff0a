import { type ChildProcess, spawn } from 'node:child_process'
import { isAbsolute, resolve } from 'node:path'
import { parseTime } from '../../words/kube/index.ts'
import { keepSecret, redactForeign } from '../../words/observe/index.ts'
import { excessIn, Gathered, hasMoreValues, KUBECONFIG_BOUND, readKubeconfig } from '../texts/index.ts'
import { CredentialsError } from './credentials-error.ts'
import type { CredentialsOptions } from './credentials-types.ts'
import { type Fields, fieldsOf, listOf, textOf } from './fields.ts'
import { beginRun, killGroup, noteGroup } from './plugin-groups.ts'
import { PluginPlaces, type Rank } from './plugin-places.ts'

/** What an exec credential plugin gave (client.authentication.k8s.io ExecCredential.status). */
interface ExecStatus {
  readonly token: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
  /** Unix milliseconds. */
  readonly expires: number | null
}

interface Kept {
  /** What it was asked for. */
  readonly key: string
  readonly status: ExecStatus
  /** Unix milliseconds. */
  readonly at: number
}

const PLACES_HERE = new PluginPlaces()
let tickets = 0

/** Runs the exec plugin of one kubeconfig, and keeps what it gave until that expires or is refused. */
export class ExecPlugin {
  readonly #options: CredentialsOptions
  /** The operator's, which waits for no other. */
  readonly #isOwn: boolean
  #kept: Kept | undefined
  #rank: Rank = 'untried'
  #failures = 0
  /** Since when it waits to run. */
  #ticket: number | undefined

  constructor(options: CredentialsOptions, isOwn: boolean) {
    this.#options = options
    this.#isOwn = isOwn
  }

  /** `cluster` as the kubeconfig has it, for plugins that ask for it; `directory`: the kubeconfig's. */
  async status(exec: Fields, cluster: Fields, directory: string, signal: AbortSignal): Promise<ExecStatus> {
    const key = JSON.stringify([exec, cluster])
    if (this.#kept?.key === key && this.#isFresh(this.#kept)) return this.#kept.status
    const most = this.#options.pluginMs ?? PLUGIN_MS
    const run = (ms: number) => this.#run(exec, cluster, directory, signal, ms)
    const status = await (this.#isOwn ? run(most) : this.#runInPlace(exec, most, signal, run))
    this.#kept = { key, status, at: this.#now() }
    return status
  }

  /** Programs of objects, of which there may be as many as clusters, wait for a place. */
  #runInPlace(
    exec: Fields,
    most: number,
    signal: AbortSignal,
    run: (ms: number) => Promise<ExecStatus>,
  ): Promise<ExecStatus> {
    this.#ticket ??= ++tickets
    const party = JSON.stringify([exec['command'], exec['args'], exec['env']])
    const runner = { rank: this.#rank, party, failures: this.#failures, ticket: this.#ticket }
    return PLACES_HERE.run(runner, most, signal, async (ms) => {
      this.#ticket = undefined
      this.#rank = 'failing'
      this.#failures++
      const status = await run(ms)
      this.#rank = 'known'
      this.#failures = 0
      return status
    })
  }

  forget(): void {
    if (this.#kept !== undefined && !this.#rests(this.#kept)) this.#kept = undefined
  }

  #isFresh(kept: Kept): boolean {
    return kept.status.expires === null || this.#now() < kept.status.expires || this.#rests(kept)
  }

  /** Neither a server that refuses everything nor a clock that is wrong may have the plugin run without end. */
  #rests({ at }: Kept): boolean {
    return Math.abs(this.#now() - at) < (this.#options.pluginRestMs ?? 10_000)
  }

  #now(): number {
    return (this.#options.now ?? Date.now)()
  }

  async #run(
    exec: Fields,
    cluster: Fields,
    directory: string,
    signal: AbortSignal,
    ms: number,
  ): Promise<ExecStatus> {
    signal.throwIfAborted()
    const command = textOf(exec['command'])
    if (command === undefined)
      throw new CredentialsError('exec: command is missing', 'name the program that gives the credentials')
    if (exec['interactiveMode'] === 'Always') {
      throw new CredentialsError(
        `exec: ${command} wants a terminal (interactiveMode: Always), and there is none here`,
        'set interactiveMode: IfAvailable, if it can do without',
      )
    }
    const hint = textOf(exec['installHint'])
    const begin = async (): Promise<ChildProcess> =>
      start(command, exec, infoOf(exec, cluster), directory, this.#options.env ?? process.env)
    const isOver = beginRun()
    const running = begin()
      .catch(notBegun)
      .then((child) => outputOf(child, ms, signal))
      .finally(isOver)
    const output = await running.catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error)
      // Whoever has the program need not be told how to install it.
      const isMissing = hint !== undefined && reason.includes('ENOENT')
      throw failureOf(command, isMissing ? `${reason}; ${hint.trim()}` : reason)
    })
    return parseStatus(output, command)
  }
}

/** A plugin may run so long: less than a request may take, so that it is the plugin that is named, and not the request. */
export const PLUGIN_MS = 25_000

const UNRUN = 'cannot be run'

/** What no program can be started with: more than the system takes, or a NUL. The value, which may be secret, is not quoted. */
function notBegun(error: unknown): never {
  const isLong = error instanceof Error && 'code' in error && error.code === 'E2BIG'
  const why = isLong
    ? 'its arguments and variables, of which KUBERNETES_EXEC_INFO is one, are longer than the system takes'
    : 'its command, arguments or variables have a character in them that none may have'
  throw new Error(`${UNRUN}: ${why}`)
}

const failureOf = (command: string, reason: string): CredentialsError =>
  new CredentialsError(
    `exec: ${command} ${reason}`,
    reason.startsWith(UNRUN)
      ? 'install it where Meridian runs, or correct the command'
      : 'run it by hand, as the user that Meridian runs as: there it says more',
  )

/** KUBERNETES_EXEC_INFO: what the plugin may know of us and, if it asks, of the cluster. */
function infoOf(exec: Fields, cluster: Fields): string {
  const spec = {
    interactive: false,
    ...(exec['provideClusterInfo'] === true && { cluster: infoOfCluster(cluster) }),
  }
  return JSON.stringify({ apiVersion: exec['apiVersion'], kind: 'ExecCredential', spec })
}

const CLUSTER_FIELDS = [
  'server',
  'tls-server-name',
  'insecure-skip-tls-verify',
  'certificate-authority-data',
  'proxy-url',
  'disable-compression',
]

function infoOfCluster(cluster: Fields): Fields {
  const fields = CLUSTER_FIELDS.filter((name) => cluster[name] !== undefined).map((name) => [
    name,
    cluster[name],
  ])
  const extension = listOf(cluster['extensions'])
    .map(fieldsOf)
    .find(({ name }) => name === 'client.authentication.k8s.io/exec')
  return { ...Object.fromEntries(fields), ...(extension && { config: extension['extension'] }) }
}

function start(
  command: string,
  exec: Fields,
  info: string,
  directory: string,
  inherited: NonNullable<CredentialsOptions['env']>,
): ChildProcess {
  const program = command.includes('/') && !isAbsolute(command) ? resolve(directory, command) : command
  const pairs = listOf(exec['env']).map((entry) => {
    const { name, value } = fieldsOf(entry)
    return [String(name), String(value)]
  })
  return spawn(program, listOf(exec['args']).map(String), {
    env: { ...inherited, ...Object.fromEntries(pairs), KUBERNETES_EXEC_INFO: info },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what the plugin starts ends with it.
    detached: true,
  })
}

const MOST_BYTES = 2 ** 20

/** What a program prints, if it ends well and in time. */
function outputOf(child: ChildProcess, ms: number, signal: AbortSignal): Promise<string> {
  const { promise, resolve: give, reject } = Promise.withResolvers<string>()
  const { pid } = child
  if (pid !== undefined) noteGroup(pid)
  const out = gather(child.stdout, () => reject(new Error('prints without end')))
  const err = gather(child.stderr, () => reject(new Error('complains without end')))
  const timer = setTimeout(() => reject(new Error(`did not end within ${Math.round(ms / 100) / 10} s`)), ms)
  const abandon = (): void => reject(new Error('was not waited for'))
  signal.addEventListener('abort', abandon)
  child.on('error', (error) => reject(new Error(`${UNRUN}: ${error.message}`)))
  const finish = (code: number | null, by: string | null): void => {
    if (code === 0) give(out())
    else reject(new Error(`failed (${by ?? `exit status ${code}`}): ${saidIn(err())}`))
  }
  child.on('close', finish)
  // Something that it leaves running may keep its output open.
  child.on('exit', (code, by) => setTimeout(finish, AFTERMATH_MS, code, by).unref())
  // What a plugin that ended well leaves running is its own affair.
  promise.catch(() => end(child))
  return promise.finally(() => {
    if (pid !== undefined) noteGroup(pid, true)
    clearTimeout(timer)
    signal.removeEventListener('abort', abandon)
  })
}

/** How long the last words of a plugin that has ended may take. */
const AFTERMATH_MS = 1000

/** What a plugin complained of; nobody knows what it prints, so that what may be a token is left out. */
const saidIn = (complaint: string): string =>
  redactForeign(complaint.trim()).slice(0, 300) || 'it does not say why'

function gather(stream: ChildProcess['stdout'], onTooMuch: () => void): () => string {
  const gathered = new Gathered(MOST_BYTES)
  stream?.on('data', (part: Buffer) => {
    if (!gathered.add(part)) onTooMuch()
  })
  stream?.on('error', onTooMuch)
  return () => Buffer.from(gathered.bytes).toString('utf8')
}

function end(child: ChildProcess): void {
  child.stdout?.destroy()
  child.stderr?.destroy()
  if (child.pid !== undefined) killGroup(child.pid)
}

function parseStatus(output: string, command: string): ExecStatus {
  const { status } = fieldsOf(parseCredential(output, command))
  const fields = fieldsOf(status)
  const [token, cert, key] = ['token', 'clientCertificateData', 'clientKeyData'].map((name) =>
    textOf(fields[name]),
  )
  if (token === undefined && cert === undefined) {
    throw failureOf(command, 'gave neither a token nor a certificate')
  }
  keepSecret(token, key)
  return { token, cert, key, expires: expiryIn(fields, command) }
}

function expiryIn({ expirationTimestamp: written }: Fields, command: string): number | null {
  if (written === undefined || written === null) return null
  const expires = parseTime(written)
  if (expires !== null) return expires
  throw failureOf(command, 'gave an expirationTimestamp that is no time such as 2026-11-22T14:02:11Z')
}

/** Of a credential: it has some twenty. */
const MOST_VALUES = 5_000

/** JSON, or YAML as kubectl takes it too. */
function parseCredential(output: string, command: string): unknown {
  try {
    if (!hasMoreValues(output, MOST_VALUES)) return JSON.parse(output)
    throw new RangeError(`more than ${MOST_VALUES} values`)
  } catch {
    const read = yamlIn(output)
    if (fieldsOf(read)['kind'] === 'ExecCredential') return read
    throw failureOf(command, 'printed something else than an ExecCredential in JSON')
  }
}

function yamlIn(output: string): unknown {
  try {
    return excessIn(output, KUBECONFIG_BOUND) === undefined ? readKubeconfig(output, MOST_VALUES) : undefined
  } catch {
    return undefined
  }
}
