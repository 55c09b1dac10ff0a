import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { UdpWildcard } from '../../../src/server/transport/udp-wildcard.ts'
import { askUdp, echo, Heard, numbered } from '../../support/sockets.ts'

let wildcard: UdpWildcard | undefined
afterEach(() => wildcard?.close())

// By dgram each address of the host has a socket of its own.
test.each([1, 999, 1000, 1001, 1100])('of %i addresses the first thousand are answered on', async (count) => {
  const addresses = Array.from({ length: count }, (_, i) => `127.77.${i >> 8}.${i & 255}`)
  const settings = { udpSize: 512, respond: echo, events: new Heard() }
  wildcard = new UdpWildcard({ addresses: () => addresses, rereadMs: 600_000 }, [], settings)
  const port = await wildcard.open(0)
  for (const at of [0, Math.min(count, 1000) - 1]) {
    const { octets } = await askUdp({ host: addresses[at] ?? '', port }, numbered(at))
    expect(Buffer.from(octets).toString()).toBe(numbered(at).toString())
  }
  if (count > 1000) {
    // Nobody has that one.
    const socket = createSocket('udp4')
    socket.bind(port, addresses[1000])
    await once(socket, 'listening')
    socket.close()
  }
})
