/**
 * The root of DNS in small, as it is seen from a machine: signed, with `global` below it, signed as well, and without
 * `local`. All of it at the addresses of the real root's name servers.
 */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newDirectory, type Server } from '../ground/index.ts'
import { run } from '../ground/pods/shell.ts'
import { ask } from './ask.ts'
import { type Place, startDaemon } from './place.ts'

/** a.root-servers.net to m.root-servers.net: what programs begin with. */
export const ROOT_SERVERS = [
  '198.41.0.4',
  '170.247.170.2',
  '192.33.4.12',
  '199.7.91.13',
  '192.203.230.10',
  '192.5.5.241',
  '192.112.36.4',
  '198.97.190.53',
  '192.36.148.17',
  '192.58.128.30',
  '193.0.14.129',
  '199.7.83.42',
  '202.12.27.33',
  // b.root-servers.net as older programs have it.
  '199.9.14.201',
] as const

const [A_ROOT] = ROOT_SERVERS

/** Names of the public world, with addresses that no program takes for private. */
export const PUBLIC = { 'example.com': '93.184.215.14', 'example.global': '93.184.215.15' } as const

export interface Root {
  readonly server: Server
  /** The root's key: flags, protocol, algorithm, key. */
  readonly dnskey: string
  /** Its digest: key tag, algorithm, digest type, digest. */
  readonly ds: string
}

const SOA = 'SOA a.root-servers.net. hostmaster.example.com. 1 1800 900 604800 86400'

const ZONES = {
  '.': `@ NS a.root-servers.net.
a.root-servers.net. A ${A_ROOT}
com. NS a.root-servers.net.
global. NS a.root-servers.net.
in-addr.arpa. NS a.root-servers.net.
`,
  com: `@ NS a.root-servers.net.
example A ${PUBLIC['example.com']}
`,
  global: `@ NS a.root-servers.net.
example A ${PUBLIC['example.global']}
`,
  // As IANA has it: what is below 10 is not signed. In ip6.arpa there is no private range at all.
  'in-addr.arpa': `@ NS a.root-servers.net.
10 NS a.root-servers.net.
`,
  '10.in-addr.arpa': `@ NS a.root-servers.net.
`,
} as const

const SIGNED = ['.', 'global', 'in-addr.arpa'] as const

export async function startRoot(place: Place): Promise<Root> {
  const directory = newDirectory('root')
  const file = (name: string) => join(directory, name)
  writeFileSync(file('knot.conf'), configuration(directory))
  const keymgr = (...args: readonly string[]) => run('keymgr', ['-c', file('knot.conf'), ...args])
  for (const zone of SIGNED) await keymgr(zone, 'generate', 'algorithm=ECDSAP256SHA256', 'ksk=yes', 'zsk=yes')
  const delegations = await Promise.all(SIGNED.slice(1).map((zone) => keymgr(zone, 'ds')))
  for (const [zone, text] of Object.entries(ZONES)) {
    const more = zone === '.' ? delegations.join('') : ''
    writeFileSync(file(`${zone}zone`), `$TTL 86400\n@ ${SOA}\n${text}${more}`)
  }
  const server = await startDaemon(place, {
    title: 'the root',
    program: 'knotd',
    directory,
    arguments: () => ['-c', file('knot.conf')],
    ready: async () => {
      const { records } = await ask(place, A_ROOT, '. DNSKEY +dnssec +norecurse')
      if (!records.some((one) => one.includes(' RRSIG '))) throw new Error('it has no signatures yet')
    },
  })
  const dnskey = restOf(await keymgr('.', 'dnskey'), 'DNSKEY', () => true)
  const ds = restOf(await keymgr('.', 'ds'), 'DS', (rest) => rest.split(' ')[2] === '2')
  return { server, dnskey, ds }
}

/** What stands after the type in the first line that is wanted. */
function restOf(text: string, type: string, wanted: (rest: string) => boolean): string {
  const rests = text.split('\n').map((line) => line.split(` ${type} `)[1] ?? '')
  const rest = rests.find((one) => one !== '' && wanted(one))
  if (rest === undefined) throw new Error(`keymgr printed no ${type}: ${text}`)
  return rest
}

const configuration = (directory: string): string => `server:
  listen: [${ROOT_SERVERS.map((address) => `${address}@53`).join(', ')}]
  rundir: ${directory}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
database:
  storage: ${directory}
log:
  - target: stderr
    any: info
policy:
  - id: one
    single-type-signing: on
template:
  - id: default
    storage: ${directory}
    zonefile-sync: -1
    zonefile-load: difference-no-serial
    journal-content: all
    dnssec-policy: one
zone:
${Object.keys(ZONES).map(zoneOf).join('')}`

const zoneOf = (zone: string): string =>
  `  - domain: ${zone}\n    file: ${zone}zone\n    dnssec-signing: ${isSigned(zone) ? 'on' : 'off'}\n`

const isSigned = (zone: string): boolean => SIGNED.some((one) => one === zone)
