import { once } from 'node:events'
import { request } from 'node:http'
import { PATIENCE_MS } from './sockets.ts'

export interface Fetched {
  readonly status: number
  readonly type: string
  readonly text: string
}

/** A page of an admin address, asked for from a loopback address of the asker's choice, as that path literally. */
export async function page(
  admin: string,
  path: string,
  { from = '127.0.0.1', method = 'GET' }: { readonly from?: string; readonly method?: string } = {},
): Promise<Fetched> {
  const { hostname, port } = new URL(`http://${admin}`)
  const host = hostname.replace(/^\[|\]$/g, '')
  const asked = request({ host, port, path, method, localAddress: from, agent: false, timeout: PATIENCE_MS })
  asked.end()
  const [response] = await once(asked, 'response', { signal: AbortSignal.timeout(PATIENCE_MS) })
  let text = ''
  response.setEncoding('utf8')
  for await (const chunk of response) text += chunk
  return { status: response.statusCode, type: response.headers['content-type'], text }
}
