import { randomUUID } from 'node:crypto'
import { BroadcastChannel, setEnvironmentData } from 'node:worker_threads'
import type { Peer, Respond } from '../../../src/server/replies/index.ts'

/** Where relay-thread.ts, started after this, finds the test that answers for it. */
export interface Relay {
  readonly channel: string
  /** Two numbers, whether the reply is there and its length; then its octets. */
  readonly memory: SharedArrayBuffer
}

export interface Relayed {
  readonly query: Uint8Array<ArrayBuffer>
  readonly peer: Peer
}

export const HEAD = 8
export const KEY = 'relay'

/** Queries of a thread that starts after this are answered here, by `respond`, which need not cross. */
export function openRelay(): { respond: Respond; readonly close: () => void } {
  const open: { respond: Respond; readonly close: () => void } = {
    respond: () => 0,
    close: () => channel.close(),
  }
  const memory = new SharedArrayBuffer(HEAD + 65_535)
  const relay: Relay = { channel: randomUUID(), memory }
  const channel = new BroadcastChannel(relay.channel)
  const head = new Int32Array(memory, 0, 2)
  channel.onmessage = (message) => {
    const { query, peer } = (message as { data: Relayed }).data
    const view = new DataView(query.buffer)
    head[1] = open.respond(view, 0, view.byteLength, peer, new DataView(memory, HEAD), 0)
    Atomics.store(head, 0, 1)
    Atomics.notify(head, 0)
  }
  setEnvironmentData(KEY, relay)
  return open
}
