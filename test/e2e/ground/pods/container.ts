/** A container of a Pod: started, probed, started again when it ends, and what is to be said of it. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Placed } from './downward.ts'
import { environmentOf, expand } from './environment.ts'
import { type Image, type Images, repositoryOf } from './image.ts'
import type { Mirror } from './mirror.ts'
import type { Container, Pod } from './objects.ts'
import { Prober } from './probe.ts'
import { Process, type Programs } from './process.ts'
import type { Volumes } from './volumes.ts'

/** What every container of a Pod is started with. */
export interface Surroundings {
  readonly placed: Placed
  readonly mirror: Mirror
  readonly volumes: Volumes
  readonly images: Images
  readonly netns: string
  /** Of the Pod: resolv.conf and hosts are here. */
  readonly directory: string
  /** Where a container's output goes and what people find it by (kubelet-api). */
  readonly fileOf: (container: string, suffix: 'log' | 'pid' | 'ip') => string
  readonly programs: Programs
  /** Something is to be reported. */
  readonly changed: () => void
}

/** The kubelet's: between one end and the next start, doubled each time. The first one is started again at once. */
const BACK_OFF_MS = 10_000
const BACK_OFF_MOST_MS = 300_000

interface Ended {
  readonly exitCode: number
  readonly startedAt: string
  readonly finishedAt: string
  readonly containerID: string
}

export class RunningContainer {
  readonly container: Container
  restarts = 0
  /** Why it does not run, where somebody can do something about it. */
  problem: { readonly reason: string; readonly message: string } | undefined
  last: Ended | undefined
  #process: Process | undefined
  #probers: Prober[] = []
  #started = false
  #ready = false
  #stopping = false
  readonly #around: Surroundings

  constructor(container: Container, around: Surroundings) {
    this.container = container
    this.#around = around
  }

  get isReady(): boolean {
    return this.#process !== undefined && this.#ready && !this.#stopping
  }

  get isRunning(): boolean {
    return this.#process !== undefined
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** Runs it to its end, or until it is stopped, again and again where the Pod's restartPolicy says so. */
  async run(restartPolicy: string): Promise<void> {
    for (let tries = 0; !this.#stopping; tries++) {
      const exitCode = await this.#once()
      const again = restartPolicy === 'Always' || (restartPolicy === 'OnFailure' && exitCode !== 0)
      if (!again || this.#stopping) return
      if (tries > 0) await this.#backOff(tries - 1)
      this.restarts++
    }
  }

  /** SIGTERM, after what preStop asks for, and SIGKILL at the end of the grace. */
  async stop(graceSeconds: number): Promise<void> {
    this.#stopping = true
    this.#around.changed()
    const sleep = Math.min(this.container.lifecycle?.preStop?.sleep?.seconds ?? 0, graceSeconds)
    await pause(sleep * 1000)
    for (const one of this.#probers) one.stop()
    await this.#process?.stop(Math.max(graceSeconds - sleep, 0) * 1000)
  }

  /** As an entry of status.containerStatuses. */
  status(): Record<string, unknown> {
    const { name, image } = this.container
    return {
      name,
      image,
      imageID: image,
      ready: this.isReady,
      started: this.#started,
      restartCount: this.restarts,
      state: this.#state(),
      lastState: this.last === undefined || this.#isOver() ? {} : { terminated: reported(this.last) },
      ...(this.#process === undefined ? {} : { containerID: idOf(this.#process) }),
    }
  }

  #isOver(): boolean {
    return this.#process === undefined && this.last !== undefined && this.problem === undefined
  }

  #state(): Record<string, unknown> {
    if (this.#process !== undefined) return { running: { startedAt: this.#process.startedAt } }
    if (this.#isOver() && this.last !== undefined) return { terminated: reported(this.last) }
    return { waiting: this.problem ?? { reason: 'ContainerCreating' } }
  }

  /** Its exit code, of what could not even be started too. */
  async #once(): Promise<number> {
    try {
      this.#process = await this.#start()
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.problem = { reason: 'CreateContainerConfigError', message }
      this.#around.changed()
      return 128
    }
    this.problem = undefined
    this.#show(this.#process)
    this.#probe(this.#process)
    this.#around.changed()
    const exitCode = await this.#process.ended
    this.#lose(this.#process, exitCode)
    return exitCode
  }

  async #start(): Promise<Process> {
    const { placed, mirror, directory, netns, programs, fileOf } = this.#around
    const image = this.#image()
    const environment = environmentOf(placed, this.container, image, mirror)
    const own = join(directory, 'containers', this.container.name)
    rmSync(own, { recursive: true, force: true })
    mkdirSync(own, { recursive: true })
    return Process.start({
      pod: placed.pod,
      container: this.container,
      image,
      environment,
      mounts: [...this.#mounts(environment), ...this.#files()],
      netns,
      directory: own,
      log: fileOf(this.container.name, 'log'),
      programs,
    })
  }

  #image(): Image {
    const { images } = this.#around
    const image = images[repositoryOf(this.container.image)]
    if (image !== undefined) return image
    throw new Error(`no image ${this.container.image} here: there are ${Object.keys(images).join(', ')}`)
  }

  #mounts(environment: Readonly<Record<string, string>>) {
    const { volumes, placed } = this.#around
    const emptyDirs = placed.pod.spec.volumes.filter((one) => one.emptyDir !== undefined)
    return this.container.volumeMounts.map(({ name, mountPath, readOnly, subPath, subPathExpr }) => {
      const source = join(volumes.pathOf(name), subPath, expand(subPathExpr, environment))
      const isEmptyDir = emptyDirs.some((one) => one.name === name)
      if (isEmptyDir) mkdirSync(source, { recursive: true, mode: 0o777 })
      return { source, target: mountPath, readOnly: readOnly || !isEmptyDir }
    })
  }

  #files() {
    const { directory } = this.#around
    return ['resolv.conf', 'hosts', 'hostname'].map((name) => ({
      source: join(directory, 'etc', name),
      target: `/etc/${name}`,
      readOnly: false,
    }))
  }

  #show({ pid }: Process): void {
    const { fileOf, placed } = this.#around
    writeFileSync(fileOf(this.container.name, 'pid'), String(pid))
    writeFileSync(fileOf(this.container.name, 'ip'), placed.podIP)
  }

  #hide(): void {
    for (const suffix of ['pid', 'ip'] as const)
      rmSync(this.#around.fileOf(this.container.name, suffix), { force: true })
  }

  #probe(process: Process): void {
    const { startupProbe } = this.container
    if (startupProbe === undefined) this.#begin(process)
    else
      this.#add(startupProbe, (passed, prober) => {
        prober.stop()
        if (passed) this.#begin(process)
        else void this.#restart(process, `startup probe: ${prober.why}`)
      })
  }

  /** It has started: from now on it may be ready, and must stay alive. */
  #begin(process: Process): void {
    const { readinessProbe, livenessProbe } = this.container
    this.#started = true
    if (livenessProbe !== undefined)
      this.#add(livenessProbe, (passed, prober) => {
        if (!passed) void this.#restart(process, `liveness probe: ${prober.why}`)
      })
    if (readinessProbe === undefined) this.#become(true)
    else this.#add(readinessProbe, (passed) => this.#become(passed))
  }

  #add(
    probe: NonNullable<Container['livenessProbe']>,
    said: (passed: boolean, prober: Prober) => void,
  ): void {
    const prober: Prober = new Prober(probe, this.container, this.#around.placed.podIP, (passed) =>
      said(passed, prober),
    )
    this.#probers.push(prober)
  }

  #become(ready: boolean): void {
    if (this.#ready === ready) return
    this.#ready = ready
    this.#around.changed()
  }

  async #restart(process: Process, why: string): Promise<void> {
    for (const one of this.#probers) one.stop()
    console.log(`${this.container.name} is killed: ${why}`)
    await process.stop(this.#around.placed.pod.spec.terminationGracePeriodSeconds * 1000)
  }

  #lose(process: Process, exitCode: number): void {
    for (const one of this.#probers) one.stop()
    this.#probers = []
    this.#hide()
    this.#process = undefined
    this.#started = false
    this.#ready = false
    const { startedAt } = process
    this.last = { exitCode, startedAt, finishedAt: new Date().toISOString(), containerID: idOf(process) }
    console.log(`${this.container.name} has ended: ${exitCode}`)
    this.#around.changed()
  }

  async #backOff(tries: number): Promise<void> {
    const ms = Math.min(BACK_OFF_MS * 2 ** tries, BACK_OFF_MOST_MS)
    this.problem ??= {
      reason: 'CrashLoopBackOff',
      message: `back-off ${ms / 1000}s restarting failed container`,
    }
    this.#around.changed()
    for (let waited = 0; waited < ms && !this.#stopping; waited += 200) await pause(200)
  }
}

/** Its process id on this machine. */
const idOf = ({ pid }: Process): string => `process://${pid}`

const reported = ({ exitCode, ...rest }: Ended): Record<string, unknown> => ({
  exitCode,
  reason: exitCode === 0 ? 'Completed' : 'Error',
  ...rest,
})

/** What a Pod asks for that this runner would do wrong, rather than not at all. */
export function refusalOf({ spec }: Pod): string | undefined {
  if (spec.hostNetwork || spec.hostPID) return 'this runner gives no namespace of the machine to a pod'
  const all = [...spec.initContainers, ...spec.containers]
  if (all.some(({ securityContext }) => securityContext.privileged))
    return 'this runner runs nothing privileged'
  if (spec.initContainers.some(({ restartPolicy }) => restartPolicy === 'Always'))
    return 'this runner knows no sidecar containers'
  return undefined
}
