import { parseUrl, printUrl } from '../../words/observe/index.ts'
import { CredentialsError } from './credentials-error.ts'

/** An API server's URL without who asks, and that apart. */
export interface Server {
  /** No user info, no query. */
  readonly url: string
  /** As client-go takes user info: whatever else says who asks. */
  readonly authorization: string | undefined
}

export function parseServer(text: string): Server {
  const url = parseUrl(text)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    const said = printUrl(text)
    const what = `${said === null ? '' : `${JSON.stringify(said)} `}is not a URL that can be used`
    throw new CredentialsError(`server: ${what}`, `write it like https://HOST:PORT${escapes(text)}`)
  }
  const { username, password } = url
  const info = `${decode(username)}:${decode(password)}`
  const authorization = info === ':' ? undefined : `Basic ${Buffer.from(info).toString('base64')}`
  const isBare = authorization === undefined && url.search === '' && url.hash === ''
  return { url: isBare ? text : `${url.protocol}//${url.host}${url.pathname}`, authorization }
}

/** What is to be done besides, where user info may be what is wrong. */
export const escapes = (text: string): string =>
  text.includes('@') ? ', with %2F, %3F, %23 and %40 for / ? # @ in a name or password' : ''

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
