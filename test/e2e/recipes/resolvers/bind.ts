import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newDirectory } from '../../ground/index.ts'
import { startDaemon } from '../place.ts'
import { dropping, LOCALHOST, MANY, type Recipe, resolves, textOf, WEB } from '../recipe.ts'

const BIND_OPTIONS = '/etc/bind/named.conf.options'
const BIND_LOCAL = '/etc/bind/named.conf.local'

export const BIND: Recipe = {
  title: 'BIND',
  page: 'docs/install/resolvers/bind.md',
  programs: { named: 'bind9' },
  files: [BIND_OPTIONS, BIND_LOCAL],
  server: LOCALHOST,
  start: ({ place, root }, blocks) => {
    const directory = newDirectory('bind')
    const [flags, protocol, algorithm, key] = root.dnskey.split(' ')
    const configuration = `controls { };
trust-anchors { . static-key ${flags} ${protocol} ${algorithm} "${key}"; };
options {
  directory "${directory}";
  pid-file none;
  session-keyfile none;
  listen-on { ${LOCALHOST}; };
  listen-on-v6 { none; };
  dnssec-validation yes;
  synth-from-dnssec yes;
${textOf(blocks, BIND_OPTIONS)}};
${textOf(blocks, BIND_LOCAL)}`
    writeFileSync(join(directory, 'conf'), configuration)
    return startDaemon(place, {
      title: 'BIND',
      program: 'named',
      directory,
      arguments: () => ['-g', '-c', join(directory, 'conf')],
      ready: () => resolves(place, LOCALHOST),
    })
  },
  nonexistent: 'NXDOMAIN',
  without: [
    {
      what: 'validate-except',
      change: (text) => text.replace(/validate-except \{[^}]*\};/, ''),
      question: WEB,
      gives: 'SERVFAIL',
    },
    {
      what: 'max-records-per-type 0',
      change: dropping(/max-records-per-type/),
      question: MANY,
      gives: 'SERVFAIL',
    },
  ],
}
