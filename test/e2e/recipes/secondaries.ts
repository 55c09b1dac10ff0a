/** Servers that hold copies of Meridian's zones, as a distribution starts them, with what docs/operate/secondaries.md adds. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newDirectory, type Server } from '../ground/index.ts'
import { ask } from './ask.ts'
import { type Place, startDaemon } from './place.ts'
import { type Blocks, textOf } from './recipe.ts'

export interface Secondary {
  readonly title: string
  readonly program: string
  readonly package: string
  readonly files: readonly string[]
  readonly server: string
  /** Resolves when it answers at all; its zones may not be there yet. */
  readonly start: (place: Place, blocks: Blocks) => Promise<Server>
}

const NSD_CONF = '/etc/nsd/nsd.conf.d/meridian.conf'

const NSD_PROGRAM = { title: 'NSD', program: 'nsd', server: '127.0.0.11' } as const

const NSD: Secondary = {
  ...NSD_PROGRAM,
  package: 'nsd',
  files: [NSD_CONF],
  start: (place, blocks) => {
    const directory = newDirectory('nsd')
    const configuration = `server:
  ip-address: ${NSD_PROGRAM.server}
  username: ""
  chroot: ""
  database: ""
  zonesdir: "${directory}"
  pidfile: "${directory}/pid"
  xfrdfile: "${directory}/xfrd"
  xfrdir: "${directory}"
  zonelistfile: "${directory}/zones"
remote-control:
  control-enable: no
${textOf(blocks, NSD_CONF)}`
    return started(place, { ...NSD_PROGRAM, directory, configuration, options: ['-d', '-c'] })
  },
}

const KNOT_CONF = '/etc/knot/knot.conf'

const KNOT_PROGRAM = { title: 'Knot DNS', program: 'knotd', server: '127.0.0.12' } as const

const KNOT: Secondary = {
  ...KNOT_PROGRAM,
  package: 'knot',
  files: [KNOT_CONF],
  start: (place, blocks) => {
    const directory = newDirectory('knot')
    const configuration = `server:
  listen: ${KNOT_PROGRAM.server}@53
  rundir: ${directory}
database:
  storage: ${directory}
log:
  - target: stderr
    any: info
${textOf(blocks, KNOT_CONF)}`
    return started(place, { ...KNOT_PROGRAM, directory, configuration, options: ['-c'] })
  },
}

const BIND_LOCAL = '/etc/bind/named.conf.local'

const BIND_PROGRAM = { title: 'BIND', program: 'named', server: '127.0.0.1' } as const

const BIND: Secondary = {
  ...BIND_PROGRAM,
  package: 'bind9',
  files: [BIND_LOCAL],
  start: (place, blocks) => {
    const directory = newDirectory('bind')
    const configuration = `controls { };
options {
  directory "${directory}";
  pid-file none;
  session-keyfile none;
  recursion no;
  dnssec-validation no;
  listen-on { ${BIND_PROGRAM.server}; };
  listen-on-v6 { none; };
};
${textOf(blocks, BIND_LOCAL)}`
    return started(place, { ...BIND_PROGRAM, directory, configuration, options: ['-g', '-c'] })
  },
}

interface Started {
  readonly title: string
  readonly program: string
  readonly server: string
  readonly directory: string
  readonly configuration: string
  /** What its configuration's file follows. */
  readonly options: readonly string[]
}

function started(place: Place, one: Started): Promise<Server> {
  const file = join(one.directory, 'conf')
  writeFileSync(file, one.configuration)
  return startDaemon(place, {
    ...one,
    arguments: () => [...one.options, file],
    ready: async () => {
      const { status } = await ask(place, one.server, 'clusterset.local SOA +time=1')
      if (status === null) throw new Error('no reply')
    },
  })
}

export const SECONDARIES: readonly Secondary[] = [NSD, KNOT, BIND]
