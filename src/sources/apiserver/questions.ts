import { ApiServerConnection, type Message } from './connection.ts'
import type { Credentials } from './credentials-types.ts'
import { asFailure, lateBy, RequestFailure } from './failure.ts'
import { readBody, TOO_LONG } from './list.ts'
import { LIMITS } from './types.ts'

/** Single questions to an API server, for who looks at it rather than follows it. */
export interface Questions {
  /** GET of a path, or POST of a value to it. Rejects with a sentence when there is no reply within the signal. */
  readonly ask: (path: string, signal: AbortSignal, value?: unknown) => Promise<Replied>
  readonly close: () => Promise<void>
}

export interface Replied {
  readonly status: number
  readonly text: string
  /** The server's clock in Unix milliseconds, to the second below; null: it does not say. */
  readonly date: number | null
}

export function questionsTo(credentials: Credentials): Questions {
  const connection = new ApiServerConnection(credentials, LIMITS.connectMs)
  return {
    ask: (path, signal, value) => ask(connection, messageOf(value), path, signal),
    close: () => connection.close(),
  }
}

const messageOf = (value: unknown): Message =>
  value === undefined ? { method: 'GET' } : { method: 'POST', json: JSON.stringify(value) }

const MOST_BYTES = 2 ** 20

async function ask(
  connection: ApiServerConnection,
  message: Message,
  path: string,
  signal: AbortSignal,
): Promise<Replied> {
  try {
    const reply = await connection.ask(message, path, signal)
    const text = await readBody(reply, MOST_BYTES)
    if (text === TOO_LONG) throw new RequestFailure('malformed', `${path}: more than ${MOST_BYTES} octets`)
    const date = Date.parse(reply.date ?? '')
    return { status: reply.status, text, date: Number.isNaN(date) ? null : date }
  } catch (error) {
    if (!signal.aborted) throw asFailure(error, path)
    throw lateBy(new RequestFailure('deadline', `${path}: no answer in time`), error)
  }
}
