import { filesHere } from '../../words/observe/index.ts'
import type { TcpLimits } from './types.ts'

/** Descriptors that are not for clients: more clusters, more sockets, files that are written. */
const RESERVED = 32

/** However few descriptors there are, so many clients are served. */
const LEAST = 8

/** Of the descriptors that are left: what queues may take, of UDP and of TCP each, and what that leaves to connections. */
const FOR_QUEUES = 1 / 8

export const filesForQueues = (): number => filesLeft() * FOR_QUEUES
export const filesForTcp = (): number => Math.floor(filesLeft() * (1 - 2 * FOR_QUEUES))

/** How many more descriptors this process may open; unbounded where the system does not say. */
function filesLeft(): number {
  const { limit, used } = filesHere()
  return limit - used
}

/** The limits as far as there are descriptors for them: at a limit whoever has most gives one up, without any nobody comes in. */
export const withinFiles = (limits: TcpLimits, files: number): TcpLimits => ({
  ...limits,
  connections: Math.min(limits.connections, Math.max(LEAST, files - RESERVED)),
})
