/** DNS as a test decides it: a lookup for fake timers, and a server on loopback for the real way. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import dnsPacket, { type Answer } from 'dns-packet'
import type { AddressLookup, FoundAddress } from '../../../src/sources/resolver/index.ts'
import { type Address, type Family, parseAddress } from '../../../src/values/dns/index.ts'

/** What one name's look-up brings: addresses of both families with one TTL, an error's code, or nothing ever. */
export type Says =
  | { readonly ttl?: number; readonly addresses: readonly string[] }
  | { readonly code: string }
  | 'silence'

/** A lookup that answers as `names` says at that time, and counts what it was asked. */
export class ScriptedLookup {
  readonly names = new Map<string, Says>()
  readonly asked: string[] = []

  readonly lookup: AddressLookup = async (hostname, family) => {
    this.asked.push(`${hostname} ${family}`)
    const says = this.names.get(hostname) ?? { code: 'ENOTFOUND' }
    if (says === 'silence') return new Promise(() => undefined)
    if ('code' in says) throw dnsError(says.code)
    return found(says, family)
  }
}

export const dnsError = (code: string): Error => Object.assign(new Error(`query ${code}`), { code })

function found(says: { readonly ttl?: number; readonly addresses: readonly string[] }, family: Family) {
  const own = says.addresses.filter((text) => text.includes(':') === (family === 6))
  if (own.length === 0) throw dnsError('ENODATA')
  return own.map((address): FoundAddress => ({ address, ttl: says.ttl ?? 30 }))
}

export const octets = (...texts: string[]): readonly Address[] =>
  texts.map((text) => parseAddress(text) ?? text)

/** A DNS server on loopback that answers `records`, aliases whatever is asked for, with NODATA where it knows the name and NXDOMAIN elsewhere. */
export async function startUpstream(records: readonly Answer[]) {
  const socket = createSocket('udp4')
  socket.on('error', () => undefined)
  socket.on('message', (octets, { port, address }) => {
    const { id, questions = [] } = dnsPacket.decode(octets)
    const known = records.filter(({ name }) => name === questions[0]?.name)
    const answers = known.filter(({ type }) => type === questions[0]?.type || type === 'CNAME')
    const flags = dnsPacket.RECURSION_AVAILABLE | (known.length === 0 ? 3 : 0)
    const reply = {
      type: 'response',
      flags,
      questions,
      answers,
      ...(id === undefined ? {} : { id }),
    } as const
    socket.send(dnsPacket.encode(reply), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { host: '127.0.0.1', port: socket.address().port, close: () => socket.close() }
}
