import type { z } from 'zod'
import type { ListenKey } from '../../server/transport/index.ts'
import { key, listenAddress, someOf } from './values.ts'

/** The keys of `dns` whose addresses are listened on: one for each row of the table of transports. */
export const listening = {
  listen: key(
    someOf(listenAddress(), '["0.0.0.0:53", "[::]:53"]').prefault(['0.0.0.0:53', '[::]:53']),
    'Where DNS is served, UDP and TCP on each; `[::]` is IPv6 alone.',
    ['127.0.0.1:1053'],
  ),
} satisfies Readonly<Record<ListenKey, z.ZodType>>

export const LISTEN_KEYS: readonly ListenKey[] = keysOf(listening)

function keysOf<T extends object>(of: T): readonly Extract<keyof T, string>[] {
  const keys: Extract<keyof T, string>[] = []
  for (const key in of) keys.push(key)
  return keys
}
