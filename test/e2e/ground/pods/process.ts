/** One container's process, from its start to its end. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '../deadline.ts'
import { expand } from './environment.ts'
import type { Image } from './image.ts'
import type { Container, Pod } from './objects.ts'

/** What to start, where. */
export interface Start {
  readonly pod: Pod
  readonly container: Container
  readonly image: Image
  readonly environment: Readonly<Record<string, string>>
  readonly mounts: readonly { readonly source: string; readonly target: string; readonly readOnly: boolean }[]
  readonly netns: string
  /** A new directory of this container's own. */
  readonly directory: string
  readonly log: string
  readonly programs: Programs
}

/** Of the ground: where they were built. */
export interface Programs {
  readonly tether: string
  readonly container: string
}

const NAMESPACES = [
  '--mount',
  '--pid',
  '--ipc',
  '--uts',
  '--fork',
  '--kill-child',
  '--propagation',
  'private',
]

export class Process {
  /** Of the container's own first process, as this machine counts. */
  readonly pid: number
  readonly startedAt = new Date().toISOString()
  /** Its exit code; 128 and the signal for one that a signal ended. */
  readonly ended: Promise<number>
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, pid: number, ended: Promise<number>) {
    this.#child = child
    this.pid = pid
    this.ended = ended
  }

  static async start(start: Start): Promise<Process> {
    const child = spawnIn(start)
    const ended = once(child, 'exit').then(([code, signal]) => code ?? 128 + (SIGNALS[String(signal)] ?? 0))
    const first = await eventually(`${start.container.name} starts`, 10_000, () => firstProcessOf(child))
    return new Process(child, first, ended)
  }

  /** To the container's first process, as the kubelet does: the others are its own to see to. */
  signal(signal: NodeJS.Signals): void {
    const isGone = this.#child.exitCode !== null || this.#child.signalCode !== null
    if (isGone || this.pid === 0) return
    try {
      process.kill(this.pid, signal)
    } catch {
      // It is gone: what `ended` tells.
    }
  }

  /** SIGTERM, and SIGKILL after the grace. Resolves when it is gone. */
  async stop(graceMs: number): Promise<void> {
    this.signal('SIGTERM')
    const late = new AbortController()
    const tooLate = pause(graceMs, undefined, { signal: late.signal }).then(() => this.signal('SIGKILL'))
    tooLate.catch(() => {})
    await this.ended
    late.abort()
  }
}

const SIGNALS: Readonly<Record<string, number>> = {
  SIGINT: 2,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
}

function spawnIn(start: Start): ChildProcess {
  const file = writeSpec(start)
  const { tether, container } = start.programs
  const inside = ['nsenter', `--net=/run/netns/${start.netns}`, 'unshare', ...NAMESPACES, container, file]
  const output = openSync(start.log, 'a')
  try {
    return spawn(tether, [String(process.pid), '/usr/bin/env', ...inside], {
      stdio: ['ignore', output, output],
    })
  } finally {
    closeSync(output)
  }
}

/** The child of `unshare`, if the container has come to be. */
function firstProcessOf({ pid, exitCode, signalCode }: ChildProcess): number {
  if (exitCode !== null || signalCode !== null) return 0
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  if (children === '') throw new Error('not yet')
  return Number(children.split(' ')[0])
}

function writeSpec({ pod, container, image, environment, mounts, directory }: Start): string {
  const scratch = join(directory, 'scratch')
  mkdirSync(scratch, { recursive: true })
  const { securityContext, volumeMounts: _, workingDir = image.directory } = container
  const { user, group } = identityOf(pod, container, image)
  const { fsGroup, supplementalGroups } = pod.spec.securityContext
  const spec = {
    scratch,
    layers: image.layers,
    mounts,
    readOnly: securityContext.readOnlyRootFilesystem,
    hostname: pod.spec.hostname ?? pod.metadata.name,
    user,
    group,
    groups: [...supplementalGroups, ...(fsGroup === undefined ? [] : [fsGroup])],
    capabilities: capabilitiesOf(container),
    noNewPrivileges: !securityContext.allowPrivilegeEscalation,
    directory: workingDir,
    command: commandOf(container, image).map((word) => expand(word, environment)),
    environment: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
  }
  const file = join(directory, 'spec.json')
  writeFileSync(file, JSON.stringify(spec), { mode: 0o600 })
  return file
}

/** `command` takes the place of the image's entrypoint and its arguments, `args` of its arguments alone. */
export function commandOf({ command, args }: Container, { entrypoint, cmd }: Image): readonly string[] {
  if (command.length > 0) return [...command, ...args]
  return [...entrypoint, ...(args.length > 0 ? args : cmd)]
}

export function identityOf(
  pod: Pod,
  { securityContext, name }: Container,
  image: Image,
): { readonly user: number; readonly group: number } {
  const all = pod.spec.securityContext
  const user = securityContext.runAsUser ?? all.runAsUser ?? image.user
  const group = securityContext.runAsGroup ?? all.runAsGroup ?? image.group
  if ((securityContext.runAsNonRoot ?? all.runAsNonRoot) === true && user === 0)
    throw new Error(`container ${name} has runAsNonRoot and its image will run as root`)
  return { user, group }
}

/** By their numbers: what containerd gives to a container that asks for nothing. */
const CAPABILITIES: Readonly<Record<string, number>> = {
  CHOWN: 0,
  DAC_OVERRIDE: 1,
  FOWNER: 3,
  FSETID: 4,
  KILL: 5,
  SETGID: 6,
  SETUID: 7,
  SETPCAP: 8,
  NET_BIND_SERVICE: 10,
  NET_RAW: 13,
  SYS_CHROOT: 18,
  MKNOD: 27,
  AUDIT_WRITE: 29,
  SETFCAP: 31,
}

function capabilitiesOf({ securityContext: { capabilities } }: Container): number[] {
  const { add, drop } = capabilities
  const kept = Object.keys(CAPABILITIES).filter((one) => !drop.includes('ALL') && !drop.includes(one))
  return [...new Set([...kept, ...add])].map((one) => {
    const number = CAPABILITIES[one]
    if (number === undefined) throw new Error(`capability ${one}: this runner gives none but the usual ones`)
    return number
  })
}
