import { Failure } from './failure.ts'

/** A page of a running server's admin address, or a Failure that says what to do. */
export async function fetchPage(
  server: string,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const said = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined)
  const url = `http://${server}${path}?${new URLSearchParams(said)}`
  let response: Response
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(10_000) })
  } catch {
    throw new Failure(
      `no Meridian answers at ${server}: start one (meridian serve), name its admin address (--server), or compute it here (--offline)`,
    )
  }
  const text = await response.text()
  if (!response.ok) throw new Failure(`${server}: ${text.trim()}`)
  return text
}
