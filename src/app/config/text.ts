import {
  type Address,
  isHostName,
  mask,
  parseAddress,
  parseName,
  parsePrefix,
  printAddress,
  printPrefix,
  unusable,
} from '../../values/dns/index.ts'

export { parsePattern } from '../../words/clusterset/index.ts'

import type { HostPort } from './config.ts'

/** Why a text cannot be read, and what would be right where that is not what its schema says anyway. */
export class TextProblem {
  readonly problem: string
  readonly remedy: string | undefined

  constructor(problem: string, remedy?: string) {
    this.problem = problem
    this.remedy = remedy
  }
}

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Milliseconds of a duration as Go and Kubernetes write it: `30s`, `1m30s`, `0.5h`; undefined for others. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined
  const parts = text.matchAll(/([\d.]+)([a-z]+)/g)
  return Math.round(
    [...parts].reduce((sum, [, n, unit]) => sum + Number(n) * (MILLISECONDS[unit ?? ''] ?? 0), 0),
  )
}

/** The shortest exact way to write milliseconds as one duration. */
export function printDuration(ms: number): string {
  const unit = ms === 0 ? 's' : (['h', 'm', 's'].find((u) => ms % (MILLISECONDS[u] ?? 1) === 0) ?? 'ms')
  return `${ms / (MILLISECONDS[unit] ?? 1)}${unit}`
}

/** In lower case, the closing dot left out. */
export function parseHostname(text: string): string | undefined {
  const name = parseName(text)
  return isHostName(name) ? name : undefined
}

/** Host and port of `1.2.3.4:53`, `[::1]:53` or `name:53`; the host unread, the port 0 to 65535 or undefined. */
function splitPort(text: string): { host: string; port: number | undefined } {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text) ?? []
  const port = digits === undefined || Number(digits) > 65535 ? undefined : Number(digits)
  if (bracketed?.includes(':')) return { host: bracketed, port }
  return { host: bracketed === undefined ? (plain ?? '') : '', port }
}

/** An IP address and a port, both needed; IPv6 in brackets. Port 0 leaves the choice to the system. */
export function parseListen(text: string): HostPort | undefined {
  const { host, port } = splitPort(text)
  const address = parseAddress(host)
  return address === undefined || port === undefined ? undefined : { host: printAddress(address), port }
}

/** An IP address or host name, and a port from 1. */
export function parseHostPort(text: string): HostPort | undefined {
  const { host, port } = splitPort(text)
  const address = parseAddress(host)
  const name = address === undefined ? parseHostname(host) : printAddress(address)
  return name === undefined || port === undefined || port === 0 ? undefined : { host: name, port }
}

/** An IP address, its port 53 unless said otherwise. */
export function parseUpstream(text: string): HostPort | undefined {
  const alone = parseAddress(text)
  const listen = alone === undefined ? parseListen(text) : { host: printAddress(alone), port: 53 }
  return listen?.port === 0 ? undefined : listen
}

/** An address that packets can be sent to from elsewhere. */
export function parseReachable(text: string): Address | TextProblem {
  const address = parseAddress(text)
  if (address === undefined) return new TextProblem(`${quote(text)} is not an IP address`)
  const why = unusable(address)
  return why === undefined || why === 'loopback'
    ? address
    : new TextProblem(`${text} is ${why}: nobody can reach it`)
}

/** A block of addresses; one with host bits set is told what it probably means. */
export function parseCidr(text: string): ReturnType<typeof parsePrefix> | TextProblem {
  const prefix = parsePrefix(text)
  if (prefix !== undefined) return prefix
  const [host = '', digits = ''] = text.split('/')
  const base = parseAddress(host)
  if (base === undefined || !/^\d{1,3}$/.test(digits) || Number(digits) > base.length * 8) return undefined
  const meant = printPrefix({ base: mask(base, Number(digits)), length: Number(digits) })
  return new TextProblem(`${quote(text)} has address bits set beyond its first ${digits}`, `write ${meant}`)
}

/** A value in a sentence: short texts and numbers as written, the rest by kind. What has lines may be a whole file, secrets and all. */
export function quote(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object' && value !== null) return 'a mapping'
  if (typeof value !== 'string') return String(value)
  const lines = value.trimEnd().split(/\r\n|\r|\n/).length
  if (lines > 1) return `a text of ${lines} lines`
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value)
}
