import { STATUS_CODES } from 'node:http'
import { Gathered } from '../../sources/texts/index.ts'
import { CommandFailure } from './failure.ts'

/** A page of a running server's admin address, or a Failure that says what to do. */
export async function fetchPage(
  server: string,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
  bounds: Bounds = BOUNDS,
): Promise<string> {
  const said = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined)
  const url = `${originOf(server)}${path}?${new URLSearchParams(said)}`
  const reply = await fetchText(url, bounds).catch((error: unknown) => {
    if (error instanceof Unfinished) throw new CommandFailure(`${server}: its ${path} ${error.message}`)
    throw new CommandFailure(
      `no Meridian answers at ${server}: start one (meridian serve), name its admin address (--server), or compute it here (--offline)`,
    )
  })
  if (reply.status !== 200) throw new CommandFailure(objectionOf(server, path, reply))
  return reply.text
}

/** What answers there answers with something else. `why`: what of it. */
export const noMeridian = (server: string, path: string, why: string): CommandFailure =>
  new CommandFailure(
    `${server} is no Meridian's admin address, or one of another version: its ${path} ${why}. Name the right one with --server`,
  )

function originOf(server: string): string {
  const origin = `http://${server}`
  if (/^[^/?#@\\\s]+$/.test(server) && URL.canParse(origin)) return origin
  throw new CommandFailure('--server is no HOST:PORT\n    write it like 127.0.0.1:9153 or [::1]:9153', 2)
}

interface Reply {
  readonly status: number
  readonly text: string
}

/** How long an answer may keep us waiting for its first byte and for each that follows, and how long it may be. */
interface Bounds {
  readonly connectMs: number
  readonly silenceMs: number
  readonly bytes: number
}

/** The longest text there is: V8 has none of more characters. */
const BOUNDS: Bounds = { connectMs: 10_000, silenceMs: 10_000, bytes: 2 ** 29 - 1024 }

/** It has begun to answer, and that came to nothing. */
class Unfinished extends Error {}

/** A fleet's zones take longer than anybody waits for a first word: the deadline is that of the next. */
async function fetchText(url: string, { connectMs, silenceMs, bytes: most }: Bounds): Promise<Reply> {
  const connecting = new AbortController()
  let silent = setTimeout(() => connecting.abort(), connectMs)
  try {
    const { status, body } = await fetch(url, { signal: connecting.signal })
    clearTimeout(silent)
    silent = setTimeout(
      () => connecting.abort(new Unfinished(`stopped half-way: no word for ${silenceMs / 1000} s`)),
      silenceMs,
    )
    const gathered = new Gathered(most)
    for await (const part of body ?? []) {
      silent.refresh()
      if (!gathered.add(part)) throw new Unfinished(`is longer than ${most} octets: ask for one zone of it`)
    }
    return { status, text: new TextDecoder().decode(gathered.bytes) }
  } finally {
    clearTimeout(silent)
  }
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

/** A wrong question, a client that may not ask, a name that the server does not know itself by, a bug. */
const OURS: readonly number[] = [400, 403, 421, 500]
