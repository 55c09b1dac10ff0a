import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { large } from '../../test/support/large.ts'

/** The largest services that a tenant can think of. */
const LARGE = [
  { name: 'wide', clusterIP: null, endpoints: 900, ports: 24, hostname: 30 },
  { name: 'many', clusterIP: null, endpoints: 20_000, network: 40, hostname: 20 },
  { name: 'ports', clusterIP: '10.0.2.1', endpoints: 2, ports: 5_000, network: 150 },
] as const

/** What is asked of them. */
export const LARGE_NAMES: readonly string[] = [
  ...LARGE.flatMap(({ name }) => ['svc.clusterset.local', 'global'].map((zone) => `${name}.tenant.${zone}`)),
  '_p0._tcp.wide.tenant.svc.clusterset.local',
  '_p0._tcp.many.tenant.svc.clusterset.local',
  '_p0._tcp.ports.tenant.global',
  '_explain.many.tenant.svc.clusterset.local',
]

export function writeTenant(directory: string): void {
  mkdirSync(directory, { recursive: true })
  for (const spec of LARGE)
    writeFileSync(join(directory, `${spec.name}.json`), large({ ...spec, namespace: 'tenant' }))
  // Thousands of pods that say the same host name.
  const shared = large({
    name: 'shared',
    namespace: 'tenant',
    clusterIP: null,
    endpoints: 1_500,
    network: 90,
    hostname: 10,
  })
  writeFileSync(join(directory, 'shared.json'), shared.replaceAll(/"hostname":"[^"]*"/g, '"hostname":"same"'))
}
