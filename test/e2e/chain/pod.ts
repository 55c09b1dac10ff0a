/** What a pod sees of DNS: its own /etc/resolv.conf, which names the cluster's CoreDNS on port 53. */

import { execFile } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { Resolver } from 'node:dns/promises'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { canBind } from '../../support/sockets.ts'
import { freePort, newDirectory, onLoopback, Server } from '../ground/index.ts'

const RUN_MS = 60_000
const READY_MS = 60_000

const run = promisify(execFile)

export interface Pod {
  /** Of CoreDNS, on port 53: an address of loopback that nobody else has. */
  readonly server: string
  /** What a program prints that runs with the pod's resolv.conf. */
  readonly run: (command: string, ...args: readonly string[]) => Promise<string>
  readonly logTail: () => string
  readonly close: () => Promise<void>
}

/** What a machine does not allow, or undefined: port 53 and a mount namespace are for root. */
export async function whyNoPod(): Promise<string | undefined> {
  if (!(await canBind(freeAddress(), 53))) return 'nobody but root may listen on port 53'
  return run('unshare', ['--mount', 'true'], { timeout: RUN_MS }).then(
    () => undefined,
    (error) => `no mount namespace, and with it no resolv.conf of a pod: ${error}`,
  )
}

/** A pod of the namespace `default` in the cluster whose CoreDNS has that Corefile. */
export async function startPod(corefile: string): Promise<Pod> {
  const directory = newDirectory('pod')
  const server = freeAddress()
  const coreDns = await startCoreDnsAt(server, corefile, directory)
  const resolvConf = join(directory, 'resolv.conf')
  writeFileSync(resolvConf, resolvConfOf(server))
  const nsswitch = join(directory, 'nsswitch.conf')
  writeFileSync(nsswitch, 'hosts: files dns\n')
  return {
    server,
    run: async (command, ...args) => {
      const inside = ['--mount', 'sh', '-c', ENTER, 'sh', resolvConf, nsswitch, command, ...args]
      const { stdout } = await run('unshare', inside, { timeout: RUN_MS })
      return stdout
    },
    logTail: () => coreDns.logTail(),
    close: () => coreDns.kill(),
  }
}

/** As the kubelet writes it: `dnsPolicy: ClusterFirst`. */
const resolvConfOf = (server: string): string =>
  [
    'search default.svc.cluster.local svc.cluster.local cluster.local',
    `nameserver ${server}`,
    'options ndots:5',
    '',
  ].join('\n')

/** Containers have no nsswitch.conf of systemd's; musl and Go's resolver read none or can do without. */
const NSSWITCH = existsSync('/etc/nsswitch.conf') ? 'mount --bind "$2" /etc/nsswitch.conf && ' : ''
const ENTER = `mount --bind "$1" /etc/resolv.conf && ${NSSWITCH}shift 2 && exec "$@"`

async function startCoreDnsAt(address: string, corefile: string, directory: string): Promise<Server> {
  const conf = join(directory, 'Corefile')
  const moved = onLoopback(corefile, 53, await freePort())
  writeFileSync(conf, moved.replaceAll('bind 127.0.0.1', `bind ${address}`))
  const server = new Server({
    title: `CoreDNS at ${address}`,
    program: 'coredns',
    arguments: ['-conf', conf],
    log: join(directory, 'coredns.log'),
    ready: () => answers(address),
    readyMs: READY_MS,
  })
  await server.start().catch(async (error) => {
    await server.kill()
    throw error
  })
  return server
}

/** The one name that every cluster has: its CoreDNS has read the API server. */
async function answers(address: string): Promise<void> {
  const resolver = new Resolver({ timeout: 500, tries: 1 })
  resolver.setServers([address])
  await resolver.resolve4('kubernetes.default.svc.cluster.local')
}

/** Any of 127.0.0.0/8 is this machine's: one that no resolver of the machine has. */
const freeAddress = (): string => `127.${randomInt(64, 127)}.${randomInt(256)}.${randomInt(1, 255)}`
