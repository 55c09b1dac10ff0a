import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newDirectory } from '../../ground/index.ts'
import { startDaemon, UPSTREAM } from '../place.ts'
import { dropping, LOCALHOST, OWN, type Recipe, resolves, textOf, WEB } from '../recipe.ts'

const KRESD_CONF = '/etc/knot-resolver/kresd.conf'

/** As a site has it that forwards. */
const FORWARD_ALL = `policy.add(policy.all(policy.FORWARD('${UPSTREAM}')))\n`

export const KNOT_RESOLVER: Recipe = {
  title: 'Knot Resolver',
  page: 'docs/install/resolvers/knot-resolver.md',
  programs: { kresd: 'knot-resolver' },
  files: [KRESD_CONF],
  server: LOCALHOST,
  start: ({ place, root }, blocks) => {
    const directory = newDirectory('kresd')
    mkdirSync(join(directory, 'cache'))
    const configuration = `net.listen('${LOCALHOST}', 53, { kind = 'dns' })
modules = { 'hints > iterate' }
modules.load('rebinding < iterate')
modules.unload('ta_update')
trust_anchors.remove('.')
trust_anchors.add('. IN DNSKEY ${root.dnskey}')
cache.open(10 * MB, 'lmdb://${directory}/cache')
${textOf(blocks, KRESD_CONF)}
policy.add(policy.suffix(policy.STUB('${UPSTREAM}'), policy.todnames({'${OWN}'})))
`
    writeFileSync(join(directory, 'conf'), configuration)
    return startDaemon(place, {
      title: 'Knot Resolver',
      program: 'kresd',
      directory,
      arguments: () => ['-n', '-c', join(directory, 'conf'), directory],
      ready: () => resolves(place, LOCALHOST),
    })
  },
  nonexistent: 'NXDOMAIN',
  beside: [{ what: 'all else forwarded by a later policy', change: (text) => `${text}${FORWARD_ALL}` }],
  without: [
    { what: 'ALLOW_LOCAL', change: dropping(/ALLOW_LOCAL/), question: WEB, gives: 'REFUSED' },
    {
      what: 'being before the policies of the site',
      change: (text) => `${FORWARD_ALL}${text}`,
      question: WEB,
      gives: 'NXDOMAIN',
    },
    {
      what: 'STUB, but with FORWARD',
      change: (text) => text.replace('policy.STUB', 'policy.FORWARD'),
      question: WEB,
      gives: 'SERVFAIL',
    },
  ],
}
