import { Failure } from './failure.ts'

/** A page of a running server's admin address, or a Failure that says what to do. */
export async function fetchPage(
  server: string,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const said = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined)
  const url = `http://${server}${path}?${new URLSearchParams(said)}`
  const { ok, text } = await fetchText(url).catch(() => {
    throw new Failure(
      `no Meridian answers at ${server}: start one (meridian serve), name its admin address (--server), or compute it here (--offline)`,
    )
  })
  if (!ok) throw new Failure(`${server}: ${text.trim()}`)
  return text
}

async function fetchText(url: string): Promise<{ readonly ok: boolean; readonly text: string }> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) })
  return { ok: response.ok, text: await response.text() }
}
