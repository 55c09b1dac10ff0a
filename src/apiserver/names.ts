import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'

type Found = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void

/** Who waits for a name that is being looked up. */
const waiting = new Map<string, Found[]>()

/**
 * As `dns.lookup`, once at a time for each name: one that no resolver answers for takes one of the few threads that look
 * names up, and not another with every new try, until names that are well have none left.
 */
export function lookupOnce(hostname: string, options: LookupOptions, found: Found): void {
  const key = JSON.stringify([hostname, options])
  const others = waiting.get(key)
  if (others !== undefined) {
    others.push(found)
    return
  }
  const all = [found]
  waiting.set(key, all)
  lookup(hostname, options, (error, address, family) => {
    waiting.delete(key)
    for (const one of all) one(error, address, family)
  })
}
