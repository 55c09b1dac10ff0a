import { STATUS_CODES } from 'node:http'
import { Failure } from './failure.ts'

/** A page of a running server's admin address, or a Failure that says what to do. */
export async function fetchPage(
  server: string,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const said = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined)
  const reply = await fetchText(`${originOf(server)}${path}?${new URLSearchParams(said)}`).catch(() => {
    throw new Failure(
      `no Meridian answers at ${server}: start one (meridian serve), name its admin address (--server), or compute it here (--offline)`,
    )
  })
  if (reply.status !== 200) throw new Failure(objectionOf(server, path, reply))
  return reply.text
}

/** What answers there answers with something else. `why`: what of it. */
export const noMeridian = (server: string, path: string, why: string): Failure =>
  new Failure(
    `${server} is no Meridian's admin address, or one of another version: its ${path} ${why}. Name the right one with --server`,
  )

function originOf(server: string): string {
  const origin = `http://${server}`
  if (/^[^/?#@\\\s]+$/.test(server) && URL.canParse(origin)) return origin
  throw new Failure('--server is no HOST:PORT\n    write it like 127.0.0.1:9153 or [::1]:9153', 2)
}

interface Reply {
  readonly status: number
  readonly text: string
}

async function fetchText(url: string): Promise<Reply> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) })
  return { status: response.status, text: await response.text() }
}

/** Meridian says in one line what is wrong with a question; others may say anything. */
function objectionOf(server: string, path: string, { status, text }: Reply): string {
  const line = text.trim()
  const isLine = line !== '' && line.length < 1000 && !/[\n<]/.test(line)
  if (isLine && OURS.includes(status)) return `${server}: ${line}`
  const said = isLine ? `: ${line}` : ''
  const { message } = noMeridian(
    server,
    path,
    `answers ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd() + said,
  )
  return message
}

/** A wrong question, a client that may not ask, a bug. */
const OURS: readonly number[] = [400, 403, 500]
