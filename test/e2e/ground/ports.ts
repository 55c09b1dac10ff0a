/** Free ports on loopback. */

import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below what kernels give to outgoing connections, so that a server that was killed finds its port free again. */
const LOWEST = 20_000
const HIGHEST = 32_000

const given = new Set<number>()

/** Free for TCP and UDP, and given to nobody else in this process. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const port = randomInt(LOWEST, HIGHEST)
    if (given.has(port) || !(await canBind(port))) continue
    given.add(port)
    return port
  }
  throw new Error(`no free port on 127.0.0.1 between ${LOWEST} and ${HIGHEST}`)
}

async function canBind(port: number): Promise<boolean> {
  const tcp = createServer()
  const udp = createSocket('udp4')
  try {
    await once(tcp.listen(port, '127.0.0.1'), 'listening')
    await once(udp.bind(port, '127.0.0.1'), 'listening')
    return true
  } catch {
    return false
  } finally {
    tcp.close()
    udp.close()
  }
}
