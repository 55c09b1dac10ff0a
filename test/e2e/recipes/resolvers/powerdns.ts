import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newDirectory } from '../../ground/index.ts'
import { SBIN, startDaemon, UPSTREAM } from '../place.ts'
import { dropping, LOCALHOST, MOST, OWN, type Recipe, resolves, textOf, WEB } from '../recipe.ts'

const POWERDNS_CONF = '/etc/powerdns/recursor.d/meridian.conf'
const POWERDNS_OWN = '/etc/powerdns/recursor.conf'
const POWERDNS_LUA = '/etc/powerdns/recursor.lua'

export const POWERDNS: Recipe = {
  title: 'PowerDNS Recursor',
  page: 'docs/install/resolvers/powerdns.md',
  programs: { pdns_recursor: 'pdns-recursor' },
  files: [POWERDNS_OWN, POWERDNS_CONF, POWERDNS_LUA],
  server: LOCALHOST,
  start: ({ place, root }, blocks) => {
    const directory = newDirectory('powerdns')
    const configuration = `local-address=${LOCALHOST}
config-dir=${directory}
include-dir=${directory}/recursor.d
socket-dir=${directory}
lua-config-file=${directory}/recursor.lua
daemon=no
disable-syslog=yes
setuid=
setgid=
security-poll-suffix=
dnssec=validate
${textOf(blocks, POWERDNS_OWN)}forward-zones=${OWN}=${UPSTREAM}
threads=1
`
    mkdirSync(join(directory, 'recursor.d'))
    writeFileSync(join(directory, 'recursor.conf'), configuration)
    writeFileSync(join(directory, 'recursor.d', 'meridian.conf'), known(textOf(blocks, POWERDNS_CONF)))
    const anchors = `clearTA(".")\naddTA(".", "${root.ds}")\n`
    writeFileSync(join(directory, 'recursor.lua'), `${anchors}${textOf(blocks, POWERDNS_LUA)}`)
    return startDaemon(place, {
      title: 'PowerDNS Recursor',
      program: 'pdns_recursor',
      directory,
      arguments: () => [`--config-dir=${directory}`],
      ready: () => resolves(place, LOCALHOST),
    })
  },
  nonexistent: 'NXDOMAIN',
  beside: [
    {
      what: 'all else forwarded',
      change: (text) => afterConf(text, `forward-zones-recurse=.=${UPSTREAM}\n`),
    },
  ],
  without: [
    {
      what: 'the +',
      change: (text) => text.replace('forward-zones+=clusterset', 'forward-zones=clusterset'),
      question: `www.${OWN} A`,
      gives: 'NXDOMAIN',
    },
    { what: 'addNTA', change: dropping(/addNTA/), question: WEB, gives: 'SERVFAIL' },
    ...(knows('max-rrset-size')
      ? [
          {
            what: 'max-rrset-size',
            change: dropping(/max-rrset-size/),
            question: MOST,
            gives: 'SERVFAIL',
          } as const,
        ]
      : []),
  ],
}

/** More in the block of settings; the Lua stays. */
const afterConf = (text: string, lines: string): string =>
  text.includes('forward-zones+=') ? `${text}${lines}` : text

/** Whether this version has a setting: it does not start with one that it does not know. */
function knows(setting: string): boolean {
  const options = { encoding: 'utf8', env: { PATH: SBIN } } as const
  const { stdout } = spawnSync('pdns_recursor', ['--config=default'], options)
  return new RegExp(`^#? ?${setting}=`, 'm').test(stdout ?? '')
}

/** As the page says: versions without the bound are configured without the line. */
const known = (text: string): string => (knows('max-rrset-size') ? text : dropping(/max-rrset-size/)(text))
