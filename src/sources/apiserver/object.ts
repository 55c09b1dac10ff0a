import { ApiServerConnection } from './connection.ts'
import type { Credentials } from './credentials-types.ts'
import { asFailure, RequestFailure } from './failure.ts'
import type { Fields } from './fields.ts'
import { askForText, TOO_LONG } from './list.ts'
import { parseReply } from './narrow.ts'
import { pathOf, type Resource } from './resources.ts'
import { type ApiServerLimits, type FailureReason, LIMITS } from './types.ts'

/** One object as the API server has it, or why it could not be had. */
export type ReadObject =
  | { readonly outcome: 'object'; readonly object: Fields }
  | {
      readonly outcome: 'failure'
      readonly reason: FailureReason
      readonly problem: string
      readonly remedy: string | undefined
    }

/** More than etcd takes of any. */
export const MOST_BYTES_OF_OBJECT = 2 * 2 ** 20

/** Asks once for the one object that the resource names, over a connection of its own. Never rejects. */
export async function readObject(
  credentials: Credentials,
  resource: Resource,
  signal: AbortSignal,
  limits: Partial<ApiServerLimits> = {},
): Promise<ReadObject> {
  const bounds = { ...LIMITS, ...limits }
  const connection = new ApiServerConnection(credentials, bounds.connectMs)
  const [version = 'v1'] = resource.versions
  try {
    const asking = { connection, resource, limits: bounds, signal }
    const text = await askForText(asking, 'get', pathOf(resource, version), MOST_BYTES_OF_OBJECT)
    if (text === TOO_LONG)
      throw new RequestFailure(
        'malformed',
        `get ${resource.plural}: more than ${MOST_BYTES_OF_OBJECT} octets`,
      )
    return { outcome: 'object', object: parseReply(text) }
  } catch (error) {
    const { reason, problem, remedy } = asFailure(error, `get ${resource.plural}`)
    return { outcome: 'failure', reason, problem, remedy }
  } finally {
    await connection.close()
  }
}
