/** `meridian serve` in the place. */

import { MERIDIAN } from '../../support/server.ts'
import { newDirectory, Server } from '../ground/index.ts'
import { ask } from './ask.ts'
import type { Place } from './place.ts'

const READY_MS = 30_000

/** At the address that its configuration names. It serves when it answers so. */
export async function startMeridian(
  place: Place,
  config: string,
  address: string,
  status: 'NOERROR' | 'SERVFAIL' = 'NOERROR',
): Promise<Server> {
  const directory = newDirectory('meridian')
  const server = new Server({
    title: `Meridian at ${address}`,
    program: { path: process.execPath },
    arguments: [MERIDIAN, 'serve', '--config', config, '--drain', '0s'],
    netns: place.netns,
    log: `${directory}/log`,
    ready: async () => {
      const reply = await ask(place, address, 'dns-version.clusterset.local TXT +time=1')
      if (reply.status !== status) throw new Error(`it answers ${reply.status}, not ${status}`)
    },
    readyMs: READY_MS,
  })
  await server.start().catch(async (error) => {
    await server.kill()
    throw error
  })
  return server
}
