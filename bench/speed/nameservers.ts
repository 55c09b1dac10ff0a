import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ZONE } from './world.ts'

/** A DNS server of a distribution's package, which answers from a master file. */
export interface NameServer {
  readonly name: string
  readonly program: string
  readonly package: string
  readonly version: RegExp
  readonly command: (directory: string) => readonly string[]
  readonly configuration: (directory: string, port: number) => string
}

/** One process or thread that answers UDP and one TCP, since a server has one core; no limits of rate, no files kept. */
export const NSD: NameServer = {
  name: 'NSD',
  program: 'nsd',
  package: 'nsd',
  version: /NSD version (\S+)/,
  command: (directory) => ['nsd', '-d', '-c', join(directory, 'configuration')],
  configuration: (directory, port) => `server:
  ip-address: 127.0.0.1@${port}
  server-count: 1
  username: ""
  chroot: ""
  database: ""
  zonesdir: "${directory}"
  pidfile: "${directory}/pid"
  xfrdfile: "${directory}/xfrd"
  xfrdir: "${directory}"
  zonelistfile: "${directory}/zones"
  minimal-responses: yes
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: ${ZONE}
  zonefile: zone
`,
}

export const KNOT: NameServer = {
  name: 'Knot',
  program: 'knotd',
  package: 'knot',
  version: /Knot DNS\), version (\S+)/,
  command: (directory) => ['knotd', '-c', join(directory, 'configuration')],
  configuration: (directory, port) => `server:
  listen: 127.0.0.1@${port}
  rundir: ${directory}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
database:
  storage: ${directory}
log:
  - target: stderr
    any: warning
template:
  - id: default
    storage: ${directory}
    zonefile-sync: -1
    journal-content: none
zone:
  - domain: ${ZONE}
    file: zone
`,
}

const NOBODY = 65_534

/** Whom to run as, so that none of them runs as root: undefined where we are not root ourselves. */
export const unprivileged = (): { readonly as?: number } => (process.getuid?.() === 0 ? { as: NOBODY } : {})

/** Its files, in a directory of its own that it may write to. */
export function prepare(server: NameServer, parent: string, port: number, zone: string): string {
  const directory = join(parent, server.program)
  mkdirSync(directory)
  writeFileSync(join(directory, 'configuration'), server.configuration(directory, port))
  writeFileSync(join(directory, 'zone'), zone)
  chmodSync(parent, 0o755)
  const { as } = unprivileged()
  if (as !== undefined) chownSync(directory, as, as)
  return directory
}

/** `4.6.1`, or undefined where it is not installed. */
export function versionOf({ program, version }: NameServer): string | undefined {
  try {
    return version.exec(versionText(program))?.[1] ?? 'of unknown version'
  } catch {
    return undefined
  }
}

/** NSD says so on standard error. */
const versionText = (program: string): string =>
  execFileSync('sh', ['-c', `${program} ${program === 'nsd' ? '-v' : '-V'} 2>&1`], { encoding: 'utf8' })
