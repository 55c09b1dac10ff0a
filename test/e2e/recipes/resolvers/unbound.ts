import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newDirectory, type Server } from '../../ground/index.ts'
import { startDaemon, UPSTREAM } from '../place.ts'
import {
  type Around,
  dropping,
  LOCALHOST,
  OWN,
  OWN_ADDRESS,
  REVERSE,
  type Recipe,
  resolves,
  textOf,
  WEB,
  WEB_GLOBAL,
} from '../recipe.ts'

/** As a site has it that forwards. */
const forwardZone = (name: string): string =>
  `forward-zone:\n  name: "${name}"\n  forward-addr: ${UPSTREAM}\n`

const UNBOUND_CONF = '/etc/unbound/unbound.conf.d/meridian.conf'

export const UNBOUND: Recipe = {
  title: 'Unbound',
  page: 'docs/install/resolvers/unbound.md',
  programs: { unbound: 'unbound' },
  files: [UNBOUND_CONF],
  server: LOCALHOST,
  start: (around, blocks) =>
    startUnbound(around, 'Unbound', LOCALHOST, `${forwardZone(OWN)}${textOf(blocks, UNBOUND_CONF)}`),
  nonexistent: 'NXDOMAIN',
  instead: [
    {
      what: 'unblock-lan-zones and insecure-lan-zones for reverse zones',
      change: (text) =>
        text
          .replaceAll(/^ {2}(?:local-zone|domain-insecure): "2\..*\n/gm, '')
          .replace('server:\n', 'server:\n  unblock-lan-zones: yes\n  insecure-lan-zones: yes\n'),
    },
    {
      what: 'forward-zone',
      change: (text) =>
        text.replaceAll('stub-zone:', 'forward-zone:').replaceAll('stub-addr:', 'forward-addr:'),
    },
  ],
  beside: [{ what: 'all else forwarded', change: (text) => `${text}${forwardZone('.')}` }],
  without: [
    {
      what: 'local-zone: "local." static',
      change: dropping(/local-zone: "local\."/),
      question: WEB,
      gives: 'NXDOMAIN',
    },
    {
      what: 'local-zone: … transparent',
      change: dropping(/local-zone: "cluster.* transparent/),
      question: WEB,
      gives: 'NXDOMAIN',
    },
    {
      what: 'domain-insecure in .local',
      change: dropping(/domain-insecure: "clusterset/),
      question: WEB,
      gives: 'NXDOMAIN',
    },
    {
      what: 'domain-insecure: "global"',
      change: dropping(/domain-insecure: "global/),
      question: WEB_GLOBAL,
      gives: 'SERVFAIL',
    },
    { what: 'private-domain', change: dropping(/private-domain/), question: WEB, gives: 'no records' },
    {
      what: 'local-zone of a reverse zone',
      change: dropping(/local-zone: "2\.10\./),
      question: REVERSE,
      gives: 'NXDOMAIN',
    },
  ],
}

function startUnbound({ place, root }: Around, title: string, address: string, more: string) {
  const directory = newDirectory('unbound')
  const configuration = `server:
  interface: ${address}
  access-control: 0.0.0.0/0 allow
  username: ""
  chroot: ""
  directory: "${directory}"
  pidfile: ""
  use-syslog: no
  num-threads: 1
  trust-anchor: ". IN DNSKEY ${root.dnskey}"
  aggressive-nsec: yes
  private-address: 10.0.0.0/8
  private-address: fd00::/8
remote-control:
  control-enable: no
${more}`
  writeFileSync(join(directory, 'conf'), configuration)
  return startDaemon(place, {
    title,
    program: 'unbound',
    directory,
    arguments: () => ['-d', '-c', join(directory, 'conf')],
    ready: () => resolves(place, address),
  })
}

/** What a machine had before: a resolver that knows nothing of Meridian. */
export const startUpstream = (around: Around): Promise<Server> =>
  startUnbound(around, 'the upstream', UPSTREAM, `server:\n  local-data: "www.${OWN}. A ${OWN_ADDRESS}"\n`)
