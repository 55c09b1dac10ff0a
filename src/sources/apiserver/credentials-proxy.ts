import { BlockList, isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { keepSecretsOfUrl, parseUrl } from '../../words/observe/index.ts'
import { CredentialsError } from './credentials-error.ts'
import { escapes } from './credentials-server.ts'

type Env = Readonly<Record<string, string | undefined>>

const PROXIES = /^(https?|socks5h?):$/

/** A proxy that a kubeconfig or a variable names, as it is used; null: the text is none. */
export function parseProxy(text: string): string | null {
  keepSecretsOfUrl(text)
  const url = parseUrl(text)
  if (url === null || !PROXIES.test(url.protocol) || url.host === '') return null
  return text.replace(/^socks5h:/i, 'socks5:')
}

/**
 * The proxy for a server, by HTTPS_PROXY or HTTP_PROXY and NO_PROXY, in small letters too: as client-go and kubectl
 * have it (golang.org/x/net/http/httpproxy), where a kubeconfig has no proxy-url. null: none.
 */
export function proxyFromEnv(server: string, env: Env): string | null {
  const url = URL.parse(server)
  if (url === null) return null
  // REQUEST_METHOD: a CGI program may be told HTTP_PROXY by its clients, as their header Proxy.
  const names = url.protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy']
  const name = names.find((one) => (env[one] ?? '') !== '')
  if (name === undefined || (url.protocol === 'http:' && (env['REQUEST_METHOD'] ?? '') !== '')) return null
  if (isExempt(url, env['NO_PROXY'] || env['no_proxy'] || '')) return null
  const text = env[name] ?? ''
  const proxy = parseProxy(text) ?? (text.includes('://') ? null : parseProxy(`http://${text}`))
  if (proxy !== null) return proxy
  throw new CredentialsError(
    `${name}: is not a URL that can be used`,
    `write it like http://HOST:PORT${escapes(text)}`,
  )
}

/** localhost and loopback addresses are never asked through a proxy; others as NO_PROXY says. */
function isExempt(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (host === 'localhost' || LOOPBACK.check(host, familyOf(host))) return true
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return list
    .split(',')
    .map((one) => one.trim().toLowerCase())
    .some((one) => one === '*' || (one !== '' && matches(one, host, port)))
}

const familyOf = (host: string): 'ipv4' | 'ipv6' => (isIP(host) === 6 ? 'ipv6' : 'ipv4')

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8)
LOOPBACK.addAddress('::1', 'ipv6')

/** One entry of NO_PROXY: a CIDR, or an address or a domain, each with or without a port. */
function matches(entry: string, host: string, port: string): boolean {
  const [, base = '', bits] = /^([\da-f:.]+)\/(\d{1,3})$/.exec(entry) ?? []
  if (bits !== undefined) return isWithin(host, base, Number(bits))
  const [name, wanted] = splitPort(entry)
  if (wanted !== null && wanted !== port) return false
  if (isIP(name) !== 0) return isWithin(host, name, isIP(name) === 4 ? 32 : 128)
  if (isIP(host) !== 0) return false
  const domain = domainToASCII(name.replace(/^\*?\./, ''))
  if (domain === '') return false
  return host.endsWith(`.${domain}`) || (host === domain && !/^\*?\./.test(name))
}

function isWithin(host: string, base: string, bits: number): boolean {
  const family = isIP(base)
  if (family === 0 || isIP(host) === 0 || bits > (family === 4 ? 32 : 128)) return false
  const range = new BlockList()
  range.addSubnet(base, bits, familyOf(base))
  return range.check(host, familyOf(host))
}

/** An address of IPv6 with a port is in brackets. */
function splitPort(entry: string): readonly [name: string, port: string | null] {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/.exec(entry) ?? []
  if (port !== undefined) return [bracketed ?? plain ?? '', port]
  return [entry.replace(/^\[|\]$/g, ''), null]
}
