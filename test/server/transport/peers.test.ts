import { expect, test } from 'vitest'
import { Peers } from '../../../src/server/transport/peers.ts'
import { UDP } from '../../../src/server/transport/transports.ts'
import { parseAddress } from '../../../src/values/dns/index.ts'

/** An address in four words, IPv4 mapped into IPv6, behind a word of something else. */
function wordsOf(host: string): Int32Array {
  const octets = [...(parseAddress(host) ?? '')].map((one) => one.charCodeAt(0))
  const mapped = octets.length === 4 ? [...Array<number>(10).fill(0), 255, 255, ...octets] : octets
  return new Int32Array(Uint8Array.from([9, 9, 9, 9, ...mapped]).buffer)
}

test.each(['192.0.2.1', '0.0.0.0', '255.255.255.255', '2001:db8::1', '::', '::1', 'fe80::1', 'ff02::fb'])(
  '%s is a client by that text, and the same one the next time',
  (host) => {
    const peers = new Peers()
    const peer = peers.of(wordsOf(host), 1)
    expect(peer).toEqual({ transport: UDP, host })
    expect(peers.of(wordsOf(host), 1)).toBe(peer)
  },
)

test('more clients than there are places are still told apart', () => {
  const peers = new Peers()
  const hosts = Array.from({ length: 20_000 }, (_, i) => `10.${i % 7}.${i >> 8}.${i & 255}`)
  for (const host of [...hosts, ...hosts]) expect(peers.of(wordsOf(host), 1).host).toBe(host)
})
