import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newDirectory } from '../../ground/index.ts'
import { startDaemon, UPSTREAM } from '../place.ts'
import { dropping, type Recipe, resolves, textOf, WEB, WEB_GLOBAL } from '../recipe.ts'
import { unpacked } from './unpacked.ts'

const RESOLVED_CONF = '/etc/systemd/resolved.conf.d/meridian.conf'
const RESOLVED_NEGATIVE = '/etc/dnssec-trust-anchors.d/meridian.negative'

/** It gives up root for a user of its own, which its package would have made. */
const USER = 'systemd-resolve'

/** Of /run, which it has for itself here, it reads what it reads of /etc too. */
const ENTER = `set -e
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/resolved.conf.d /run/systemd/netif/links /run/dnssec-trust-anchors.d
cp "$1"/*.conf /run/systemd/resolved.conf.d
cp "$1"/*.positive "$1"/*.negative /run/dnssec-trust-anchors.d
cp "$1/link" "/run/systemd/netif/links/$2"
if ! grep -q ^${USER}: /etc/passwd; then
  { cat /etc/passwd; echo ${USER}:x:64995:64995::/:/bin/false; } >"$1/passwd"
  { cat /etc/group; echo ${USER}:x:64995:; } >"$1/group"
  mount --bind "$1/passwd" /etc/passwd
  mount --bind "$1/group" /etc/group
fi
LD_LIBRARY_PATH="$4" exec "$3"`

export const RESOLVED: Recipe = {
  title: 'systemd-resolved',
  page: 'docs/install/resolvers/systemd-resolved.md',
  programs: {},
  files: [RESOLVED_CONF, RESOLVED_NEGATIVE],
  server: '127.0.0.53',
  start: async ({ place, root }, blocks) => {
    const { program, libraries } = await unpacked()
    const directory = newDirectory('resolved')
    const write = (name: string, text: string) => writeFileSync(join(directory, name), text)
    write('meridian.conf', textOf(blocks, RESOLVED_CONF))
    write('meridian.negative', textOf(blocks, RESOLVED_NEGATIVE))
    write('own.conf', '[Resolve]\nDNSSEC=yes\nFallbackDNS=\n')
    write('root.positive', `. IN DS ${root.ds}\n`)
    // As systemd-networkd tells it of a link.
    write('link', `ADMIN_STATE=configured\nOPER_STATE=routable\nDNS=${UPSTREAM}\nDNS_DEFAULT_ROUTE=yes\n`)
    const inside = ['sh', '-c', ENTER, 'sh', directory, String(place.link), program, libraries]
    return startDaemon(place, {
      title: 'systemd-resolved',
      program: 'unshare',
      directory,
      arguments: () => ['--mount', ...inside],
      ready: () => resolves(place, '127.0.0.53'),
    })
  },
  nonexistent: 'REFUSED',
  except: ['_http._tcp.most.large.svc.clusterset.local SRV'],
  without: [
    {
      what: 'moving DNS= of the site to its links',
      change: (text) => text.replace('[Resolve]\n', `[Resolve]\nDNS=${UPSTREAM}\n`),
      question: WEB,
      gives: 'NXDOMAIN',
    },
    { what: 'Domains=', change: dropping(/^Domains=/), question: WEB, gives: 'REFUSED' },
    {
      what: 'global among the negative anchors',
      change: dropping(/^global$/),
      question: WEB_GLOBAL,
      gives: 'SERVFAIL',
    },
    {
      what: 'local and its zones among them',
      change: dropping(/^(?:local|cluster.*\.local)$/),
      question: WEB,
      gives: 'SERVFAIL',
    },
  ],
}
