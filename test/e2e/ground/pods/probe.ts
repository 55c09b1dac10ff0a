/** The kubelet's probes: by HTTP and TCP, at the Pod's own address. */

import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import type { Container, Probe } from './objects.ts'

/** Looks again and again until it is stopped, and says when what it sees has become something else. */
export class Prober {
  /** Undefined until it has looked often enough to say. */
  outcome: boolean | undefined
  /** What the last look that failed has seen. */
  why = ''
  readonly #probe: Probe
  readonly #container: Container
  readonly #address: string
  readonly #said: (outcome: boolean) => void
  #timer: NodeJS.Timeout | undefined
  #last: boolean | undefined
  #times = 0
  #stopped = false

  constructor(probe: Probe, container: Container, address: string, said: (outcome: boolean) => void) {
    this.#probe = probe
    this.#container = container
    this.#address = address
    this.#said = said
    this.#timer = setTimeout(() => void this.#look(), probe.initialDelaySeconds * 1000)
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  async #look(): Promise<void> {
    const passed = await look(this.#probe, this.#container, this.#address).then(
      () => true,
      (error) => {
        this.why = String(error)
        return false
      },
    )
    if (this.#stopped) return
    this.#count(passed)
    this.#timer = setTimeout(() => void this.#look(), this.#probe.periodSeconds * 1000)
  }

  #count(passed: boolean): void {
    this.#times = passed === this.#last ? this.#times + 1 : 1
    this.#last = passed
    const needed = passed ? this.#probe.successThreshold : this.#probe.failureThreshold
    if (this.#times < needed) return
    const changed = this.outcome !== passed
    this.outcome = passed
    if (changed || !passed) this.#said(passed)
  }
}

async function look(
  { httpGet, tcpSocket, timeoutSeconds }: Probe,
  container: Container,
  host: string,
): Promise<void> {
  const timeout = timeoutSeconds * 1000
  if (httpGet !== undefined)
    return lookByHttp(httpGet, { host, port: portOf(container, httpGet.port), timeout })
  if (tcpSocket !== undefined) return lookByTcp({ host, port: portOf(container, tcpSocket.port), timeout })
  throw new Error('this runner knows probes by httpGet and tcpSocket alone')
}

interface Where {
  readonly host: string
  readonly port: number
  readonly timeout: number
}

/** Any status from 200 to 399. */
function lookByHttp(
  { path, scheme, httpHeaders }: NonNullable<Probe['httpGet']>,
  where: Where,
): Promise<void> {
  const headers = Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value]))
  const signal = AbortSignal.timeout(where.timeout)
  const options = { host: where.host, port: where.port, path, headers, signal, agent: false } as const
  return new Promise((resolve, reject) => {
    const asked =
      scheme === 'HTTPS' ? httpsRequest({ ...options, rejectUnauthorized: false }) : httpRequest(options)
    asked.once('error', reject)
    asked.once('response', (response) => {
      response.resume()
      const status = response.statusCode ?? 0
      if (status >= 200 && status < 400) resolve()
      else reject(new Error(`${path}: ${status}`))
    })
    asked.end()
  })
}

function lookByTcp({ host, port, timeout }: Where): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout })
    const end = (settle: () => void) => {
      socket.destroy()
      settle()
    }
    socket.once('connect', () => end(resolve))
    socket.once('timeout', () => end(() => reject(new Error('no connection in time'))))
    socket.once('error', (error) => end(() => reject(error)))
  })
}

/** A port by its number, or by its name among the container's. */
export function portOf({ ports, name }: Pick<Container, 'ports' | 'name'>, port: number | string): number {
  if (typeof port === 'number') return port
  const named = ports.find((one) => one.name === port)
  if (named === undefined) throw new Error(`container ${name} has no port named ${port}`)
  return named.containerPort
}
