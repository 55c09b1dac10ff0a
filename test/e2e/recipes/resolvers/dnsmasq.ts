import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newDirectory } from '../../ground/index.ts'
import { startDaemon, UPSTREAM } from '../place.ts'
import { dropping, LOCALHOST, OWN, REVERSE, type Recipe, resolves, textOf, WEB, WEB_SRV } from '../recipe.ts'

const DNSMASQ_CONF = '/etc/dnsmasq.d/meridian.conf'

export const DNSMASQ: Recipe = {
  title: 'dnsmasq',
  page: 'docs/install/resolvers/dnsmasq.md',
  programs: { dnsmasq: 'dnsmasq-base' },
  files: [DNSMASQ_CONF],
  server: LOCALHOST,
  start: ({ place, root }, blocks) => {
    const directory = newDirectory('dnsmasq')
    const configuration = `no-resolv
no-hosts
pid-file=
user=root
listen-address=${LOCALHOST}
bind-interfaces
server=${UPSTREAM}
server=/${OWN}/${UPSTREAM}
dnssec
trust-anchor=.,${root.ds.split(' ').join(',')}
stop-dns-rebind
bogus-priv
${textOf(blocks, DNSMASQ_CONF)}`
    writeFileSync(join(directory, 'conf'), configuration)
    return startDaemon(place, {
      title: 'dnsmasq',
      program: 'dnsmasq',
      directory,
      arguments: () => ['--keep-in-foreground', '--log-facility=-', `--conf-file=${directory}/conf`],
      ready: () => resolves(place, LOCALHOST),
    })
  },
  nonexistent: 'NXDOMAIN',
  without: [
    { what: 'rebind-domain-ok', change: dropping(/rebind-domain-ok/), question: WEB, gives: 'no records' },
    { what: 'rev-server', change: dropping(/rev-server/), question: REVERSE, gives: 'NXDOMAIN' },
    {
      what: 'leaving filterwin2k out',
      change: (text) => `${text}filterwin2k\n`,
      question: WEB_SRV,
      gives: 'no records',
    },
  ],
}
