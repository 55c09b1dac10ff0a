/**
 * resolve.ts lookup NAME…: a line for each, its addresses as getaddrinfo finds them.
 * resolve.ts SERVER NAME…: as Node's own resolver (c-ares) has them from that server; it knows no search list.
 */

import { lookup, Resolver } from 'node:dns/promises'

const [from = '', ...names] = process.argv.slice(2)

const find = from === 'lookup' ? looked : asked

for (const name of names) {
  const line = await find(name).then(
    (addresses) => addresses.join(' '),
    (error) => `error: ${error}`,
  )
  console.log(`${name} ${line}`)
}

async function looked(name: string): Promise<readonly string[]> {
  return (await lookup(name, { all: true })).map(({ address }) => address)
}

async function asked(name: string): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: 2_000, tries: 3 })
  resolver.setServers([from])
  const families = [resolver.resolve4(name), resolver.resolve6(name)]
  const found = await Promise.allSettled(families)
  const addresses = found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
  if (addresses.length === 0) await Promise.any(families)
  return addresses
}
