import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newDirectory } from '../../ground/index.ts'
import { startDaemon, UPSTREAM } from '../place.ts'
import { dropping, LOCALHOST, MANY, OWN, type Recipe, resolves, textOf, WEB } from '../recipe.ts'

const BIND_OPTIONS = '/etc/bind/named.conf.options'
const BIND_LOCAL = '/etc/bind/named.conf.local'

/** As Debian's named.conf.options has it ready. */
const FORWARDERS = `forwarders { ${UPSTREAM}; };\n`

/** Against DNS rebinding. */
const DENIED = 'deny-answer-addresses { 10.0.0.0/8; fd00::/8; }'

const inOptions =
  (lines: string) =>
  (text: string): string =>
    text.replace(/^(?=max-records-per-type)/m, lines)

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
zone "${OWN}" { type forward; forwarders { ${UPSTREAM}; }; };
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
  beside: [
    {
      what: 'deny-answer-addresses that except the zones',
      change: (text) => {
        const zones = /validate-except (\{[^}]*\});/.exec(text)?.[1] ?? ''
        return inOptions(`${DENIED} except-from ${zones};\n`)(text)
      },
    },
    { what: 'forwarders, which are asked first', change: inOptions(FORWARDERS) },
    { what: 'forwarders and nobody else', change: inOptions(`${FORWARDERS}forward only;\n`) },
  ],
  without: [
    {
      what: 'except-from of deny-answer-addresses',
      change: inOptions(`${DENIED};\n`),
      question: WEB,
      gives: 'SERVFAIL',
    },
    {
      what: 'forwarders { } beside forwarders of the site',
      change: (text) => inOptions(FORWARDERS)(text.replaceAll(' forwarders { };', '')),
      question: WEB,
      gives: 'NXDOMAIN',
    },
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
