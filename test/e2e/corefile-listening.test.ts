/**
 * Where a Corefile listens is its owner's affair: addresses, ports, variables. What `meridian corefile --patch` puts
 * in is run by real CoreDNS as it stands, and the names are answered wherever that Corefile answers.
 */

import { Resolver } from 'node:dns/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { configFrom } from '../../src/app/cli/configuration.ts'
import { patchedText } from '../../src/app/cli/corefile/index.ts'
import { Replica, writeClusterset } from './chain/index.ts'
import { freePort, startCoreDnsAsIs } from './ground/index.ts'

const NAME = 'web.default.svc.clusterset.local'
const VARIABLE = 'COREDNS_TEST_PORT'

let config: string
let replica: Replica

beforeAll(async () => {
  config = writeClusterset()
  replica = await Replica.start(config)
})

afterAll(async () => {
  await replica?.stop()
})

function patched(corefile: string, target: string): string {
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'coredns' },
    data: { Corefile: corefile },
  }
  const options = { for: target, address: `127.0.0.1:${replica.port}`, corednsVersion: '1.15.0' }
  return parse(patchedText(stringify(object, { lineWidth: 0 }), configFrom(config, {}), options)).data
    .Corefile
}

async function addressesAt(server: string): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: 5_000, tries: 2 })
  resolver.setServers([server])
  return resolver.resolve4(NAME)
}

/** The ports that it listens on, and the one of its readiness. */
type Ports = readonly [port: number, other: number, ready: number]

describe.each(['coredns', 'nodelocal'])('for %s, the names are answered', (target) => {
  test.each<
    [title: string, corefile: (ports: Ports) => string, servers: (ports: Ports) => readonly string[]]
  >([
    [
      'beside a block that binds',
      ([port, other, ready]) => `
corp.example:${other} {
    bind 127.0.0.3
    errors
}
.:${port} {
    bind 127.0.0.1
    bind 127.0.0.2
    ready 127.0.0.1:${ready}
}
`,
      ([port]) => [`127.0.0.1:${port}`, `127.0.0.2:${port}`],
    ],
    [
      'beside a block that binds by a snippet',
      ([port, , ready]) => `
(listen) {
    bind 127.0.0.1 127.0.0.2
}
.:${port} {
    import listen
    ready 127.0.0.1:${ready}
}
`,
      ([port]) => [`127.0.0.1:${port}`, `127.0.0.2:${port}`],
    ],
    [
      'beside several blocks for all names, each with addresses of its own',
      ([port, other, ready]) => `
.:${port} {
    bind 127.0.0.1
    ready 127.0.0.1:${ready}
}
.:${port} {
    bind 127.0.0.2
}
.:${other} {
    bind 127.0.0.1
}
`,
      ([port, other]) => [`127.0.0.1:${port}`, `127.0.0.2:${port}`, `127.0.0.1:${other}`],
    ],
    [
      'on a port that a variable says',
      ([, , ready]) => `
.:{$${VARIABLE}} {
    bind 127.0.0.1
    ready 127.0.0.1:${ready}
}
`,
      ([port]) => [`127.0.0.1:${port}`],
    ],
    [
      'on a port that all blocks have, where none is for all names',
      ([port, , ready]) => `
cluster.local:${port} in-addr.arpa:${port} {
    bind 127.0.0.1
    ready 127.0.0.1:${ready}
}
`,
      ([port]) => [`127.0.0.1:${port}`],
    ],
  ])('%s', async (_title, corefile, servers) => {
    const ports: Ports = [await freePort(), await freePort(), await freePort()]
    process.env[VARIABLE] = String(ports[0])
    const coreDns = await startCoreDnsAsIs(patched(corefile(ports), target), ports[0], ports[2])
    try {
      for (const server of servers(ports)) expect(await addressesAt(server)).toEqual(['10.101.195.130'])
    } finally {
      await coreDns.close()
      delete process.env[VARIABLE]
    }
  })
})
