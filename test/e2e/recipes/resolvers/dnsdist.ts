import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newDirectory } from '../../ground/index.ts'
import { startDaemon, UPSTREAM } from '../place.ts'
import { dropping, LOCALHOST, type Recipe, resolves, textOf, WEB } from '../recipe.ts'

const DNSDIST_CONF = '/etc/dnsdist/dnsdist.conf'

/** In turn: of two questions, each Meridian that is up gets one. */
export const DNSDIST: Recipe = {
  title: 'dnsdist',
  page: 'docs/install/resolvers/dnsdist.md',
  programs: { dnsdist: 'dnsdist' },
  files: [DNSDIST_CONF],
  server: LOCALHOST,
  start: ({ place }, blocks) => {
    const directory = newDirectory('dnsdist')
    const configuration = `setLocal('${LOCALHOST}:53')
setSecurityPollSuffix('')
newServer('${UPSTREAM}:53')
${textOf(blocks, DNSDIST_CONF)}
setPoolServerPolicy(roundrobin, 'meridian')
`
    writeFileSync(join(directory, 'conf'), configuration)
    return startDaemon(place, {
      title: 'dnsdist',
      program: 'dnsdist',
      directory,
      arguments: () => ['--supervised', '--disable-syslog', '-C', join(directory, 'conf')],
      ready: () => resolves(place, LOCALHOST),
    })
  },
  nonexistent: 'NXDOMAIN',
  without: [
    {
      what: 'being before a rule for all',
      change: (text) => `addAction(AllRule(), PoolAction(''))\n${text}`,
      question: WEB,
      gives: 'NXDOMAIN',
    },
    {
      what: 'its health check, of two Meridians the one that is not ready is asked too',
      change: dropping(/checkName/),
      question: WEB,
      gives: 'SERVFAIL',
    },
  ],
}
