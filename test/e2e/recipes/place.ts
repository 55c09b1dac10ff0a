/**
 * A machine's network that has nothing but loopback, on which all addresses of the recipes are: each program runs as on
 * a machine of its own, at its own port 53, and reaches nobody outside.
 */

import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { newDirectory, Server, whyMissing } from '../ground/index.ts'
import { ip, run } from '../ground/pods/shell.ts'
import { atExit } from '../ground/scene.ts'

/** Where daemons are. */
export const SBIN = '/usr/sbin:/sbin:/usr/bin:/bin'

const READY_MS = 30_000

/** As in the pages: Meridian's Service, and another cluster's. */
export const MERIDIAN = '10.96.0.53'
export const OTHER_MERIDIAN = '10.97.0.53'

/** Of a network for documentation (RFC 5737): what the machine was told to resolve with before. */
export const UPSTREAM = '192.0.2.53'

export interface Place {
  readonly netns: string
  /** Of the one link that is not loopback, as the kernel counts them. */
  readonly link: number
  /** What a program prints that runs there. */
  readonly run: (command: string, ...args: readonly string[]) => Promise<string>
  readonly close: () => void
}

/** What the machine lacks, and what to do about it, or undefined. `programs` are by name, with Debian's packages. */
export function whyNoRecipes(programs: Readonly<Record<string, string>>): string | undefined {
  if (process.getuid?.() !== 0) return 'recipes need network namespaces, which only root makes: use sudo'
  return whyMissing({
    ip: 'iproute2',
    nsenter: 'util-linux',
    unshare: 'util-linux',
    dig: 'bind9-dnsutils',
    knotd: 'knot',
    keymgr: 'knot',
    ...programs,
  })
}

/** `addresses` are besides Meridian's and the upstream's. */
export async function startPlace(title: string, addresses: readonly string[] = []): Promise<Place> {
  const netns = `meridian-${process.pid}-${title}`
  const forget = atExit(() => remove(netns))
  await ip([`netns add ${netns}`])
  const all = [MERIDIAN, OTHER_MERIDIAN, UPSTREAM, ...addresses]
  await ip(
    [
      'link set lo up',
      ...all.map((one) => `address add ${one}/32 dev lo`),
      'link add uplink type veth peer name beyond',
      'address add 192.0.2.2/32 dev uplink',
      'link set uplink up',
      'link set beyond up',
    ],
    netns,
  )
  const inside = (command: string, ...args: readonly string[]) =>
    run('nsenter', [`--net=/run/netns/${netns}`, command, ...args])
  const link = Number(/^(\d+): uplink/.exec(await inside('ip', '-oneline', 'link', 'show', 'uplink'))?.[1])
  return {
    netns,
    link,
    run: inside,
    close: () => {
      forget()
      remove(netns)
    },
  }
}

const remove = (netns: string): void => {
  spawnSync('ip', ['netns', 'delete', netns], { env: { PATH: SBIN } })
}

export interface Daemon {
  readonly title: string
  /** Of the machine: `unbound`. */
  readonly program: string
  /** A new one of its own, if it has none yet. */
  readonly directory?: string
  readonly arguments: (directory: string) => readonly string[]
  /** Throws while it does not serve. */
  readonly ready: () => Promise<unknown>
}

/** A program of the machine's, running there. Throws with the end of its log where it does not serve. */
export async function startDaemon(place: Place, daemon: Daemon): Promise<Server> {
  const directory = daemon.directory ?? newDirectory(daemon.program)
  const server = new Server({
    title: daemon.title,
    program: { path: copyOf(daemon.program, directory) },
    arguments: daemon.arguments(directory),
    netns: place.netns,
    log: join(directory, 'log'),
    ready: async () => void (await daemon.ready()),
    readyMs: READY_MS,
  })
  await server.start().catch(async (error) => {
    await server.kill()
    throw error
  })
  return server
}

/** AppArmor's profiles, where a distribution has them, confine a program to /etc by its path. */
function copyOf(program: string, directory: string): string {
  const path = pathOf(program)
  const copy = join(directory, basename(path))
  copyFileSync(path, copy)
  return copy
}

/** Of a program of the machine's. */
function pathOf(program: string): string {
  const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin']
  const path = folders.map((folder) => join(folder, program)).find((one) => existsSync(one))
  if (path === undefined) throw new Error(`no ${program} in ${folders.join(', ')}`)
  return path
}
