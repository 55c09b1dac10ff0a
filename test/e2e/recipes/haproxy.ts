/** HAProxy, which makes servers of what it resolves; its socket tells which. */

import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { newDirectory, type Server } from '../ground/index.ts'
import { type Place, startDaemon } from './place.ts'

/** One that has an address. */
export interface Found {
  readonly backend: string
  readonly name: string
  readonly address: string
  readonly port: number
  readonly weight: number
}

export interface Haproxy {
  readonly server: Server
  readonly found: (backend: string) => Promise<readonly Found[]>
  /** Of its resolvers, by name: `too_big`. */
  readonly counted: (counter: string) => Promise<number>
}

export async function startHaproxy(place: Place, configuration: string): Promise<Haproxy> {
  const directory = newDirectory('haproxy')
  const socket = join(directory, 'socket')
  const own = `global
  stats socket ${socket} mode 600 level admin
defaults
  mode http
  timeout connect 1s
  timeout client 1s
  timeout server 1s
`
  writeFileSync(join(directory, 'conf'), `${own}${configuration}`)
  const server = await startDaemon(place, {
    title: 'HAProxy',
    program: 'haproxy',
    directory,
    arguments: () => ['-db', '-f', join(directory, 'conf')],
    ready: () => say(socket, 'show info'),
  })
  return {
    server,
    found: async (backend) => {
      const all = (await say(socket, 'show servers state')).split('\n').flatMap(foundOf)
      return all.filter((one) => one.backend === backend)
    },
    counted: async (counter) => {
      const counters = await say(socket, 'show resolvers')
      return Number(new RegExp(`^ *${counter}: *(\\d+)$`, 'm').exec(counters)?.[1] ?? 0)
    },
  }
}

/** be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight … srv_port as the 19th. */
function foundOf(line: string): readonly Found[] {
  const fields = line.split(' ')
  const [, backend = '', , name = '', address = '-', , , weight = ''] = fields
  if (fields.length < 19 || line.startsWith('#') || address === '-') return []
  return [{ backend, name, address, port: Number(fields[18]), weight: Number(weight) }]
}

async function say(socket: string, command: string): Promise<string> {
  const connection = connect(socket)
  connection.end(`${command}\n`)
  return text(connection)
}
