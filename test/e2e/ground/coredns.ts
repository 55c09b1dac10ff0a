/** A real CoreDNS on loopback, with the Corefile that a test gives it. */

import type { ResolverOptions } from 'node:dns'
import { Resolver } from 'node:dns/promises'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { probe } from './control-plane.ts'
import { freePort } from './ports.ts'
import type { ProgramName } from './programs.ts'
import { newDirectory, removeDirectory } from './scene.ts'
import { Server } from './server.ts'

const READY_MS = 60_000

/** The current one, and one of the age that clusters still run. */
export type CoreDnsVersion = 'current' | '1.12'

const PROGRAM: Readonly<Record<CoreDnsVersion, ProgramName>> = { current: 'coredns', '1.12': 'coredns-1.12' }

/**
 * The Corefile as for a cluster, with blocks on port 53, or without a port: here they get a free port of loopback.
 * Resolves when all plugins are ready.
 */
export async function startCoreDns(corefile: string, version: CoreDnsVersion = 'current'): Promise<CoreDns> {
  const [port, readyPort] = [await freePort(), await freePort()]
  return startCoreDnsAsIs(onLoopback(corefile, port, readyPort), port, readyPort, version)
}

/** The Corefile as it stands, which says `ready` for that port of 127.0.0.1, and listens there on the other. */
export async function startCoreDnsAsIs(
  corefile: string,
  port: number,
  readyPort: number,
  version: CoreDnsVersion = 'current',
): Promise<CoreDns> {
  const directory = newDirectory('coredns')
  const conf = join(directory, 'Corefile')
  writeFileSync(conf, corefile)
  const server = new Server({
    title: `CoreDNS (${version})`,
    program: PROGRAM[version],
    arguments: ['-conf', conf],
    log: join(directory, 'coredns.log'),
    ready: async () => {
      await probe(`http://127.0.0.1:${readyPort}/ready`)
      await listens(port)
    },
    readyMs: READY_MS,
  })
  const coreDns = new CoreDns(server, port, directory)
  try {
    await server.start()
    return coreDns
  } catch (error) {
    await coreDns.close()
    throw error
  }
}

export class CoreDns {
  readonly server: Server
  readonly port: number
  readonly #directory: string

  constructor(server: Server, port: number, directory: string) {
    this.server = server
    this.port = port
    this.#directory = directory
  }

  /** Node's own, asking this server alone. */
  resolver(): Resolver {
    return resolverOf(this.port, { timeout: 2_000, tries: 3 })
  }

  async close(): Promise<void> {
    await this.server.kill()
    removeDirectory(this.#directory)
  }
}

function resolverOf(port: number, options: ResolverOptions): Resolver {
  const resolver = new Resolver(options)
  resolver.setServers([`127.0.0.1:${port}`])
  return resolver
}

/** Its /ready says yes a moment before its sockets are open. Whatever it answers, or silence, shows that they are. */
async function listens(port: number): Promise<void> {
  const code = await resolverOf(port, { timeout: 500, tries: 1 }).resolve4('ready.invalid').catch(codeOf)
  if (code === 'ECONNREFUSED') throw new Error(`nobody listens on UDP port ${port}`)
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined

/** Every block bound to 127.0.0.1, on the port in place of 53, with its readiness on a port of its own. */
export function onLoopback(corefile: string, port: number, readyPort: number): string {
  const lines = corefile.split('\n').filter((line) => !/^\s*ready\b/.test(line))
  const moved = lines.flatMap((line) => {
    const addresses = /^([^\s{(][^{]*)\{\s*$/.exec(line)?.[1]
    if (addresses === undefined) return line
    const block = addresses
      .trim()
      .split(/[\s,]+/)
      .map((one) => withPort(one, port))
    return [`${block.join(' ')} {`, '    bind 127.0.0.1', `    ready 127.0.0.1:${readyPort}`]
  })
  return moved.join('\n')
}

const withPort = (address: string, port: number): string =>
  /:\d+$/.test(address) && !address.endsWith(':53') ? address : `${address.replace(/:53$/, '')}:${port}`
