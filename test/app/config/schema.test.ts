import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { REFERENCE_FILE, referenceText, SCHEMA_FILE, schemaText } from '../../../scripts/schema.ts'
import { allKeys, parseConfig } from '../../../src/app/config/index.ts'
import { variants } from '../../../src/app/config/keys.ts'

const reference = readFileSync(REFERENCE_FILE, 'utf8')

test('docs/meridian.schema.json is current (npm run schema writes it)', () => {
  expect(readFileSync(SCHEMA_FILE, 'utf8')).toBe(schemaText())
})

test('docs/reference/configuration.md is current (npm run schema writes its tables)', () => {
  expect(reference).toBe(referenceText(reference))
})

test('the reference has a row for every key, and the schema a meaning', () => {
  for (const { path, schema } of allKeys()) {
    expect(schema.description, path).toMatch(/^.{7,}\.$/)
    expect(reference, path).toMatch(path.includes('.') ? `| \`${path}\` |` : `### ${path}\n`)
  }
})

test('the schema refuses unknown keys everywhere', () => {
  const mappings = allKeys().flatMap(({ path, schema }) =>
    variants(schema).map((variant) => ({ path, variant })),
  )
  const named = mappings.filter(({ variant }) => variant.properties !== undefined)
  expect(named.length).toBeGreaterThan(15)
  for (const { path, variant } of named) expect(variant.additionalProperties, path).toBe(false)
})

test('the files in the reference are accepted as they stand', () => {
  const texts = reference.match(/```yaml\n[\s\S]*?```/g) ?? []
  const files = texts.map((text) => text.slice(8, -3)).filter((text) => text.includes('clusters:'))
  expect(files).toHaveLength(3)
  for (const text of files) expect(parseConfig(text, 'meridian.yaml').warnings).toEqual([])
})

test('every key that the interface names is there', () => {
  const paths = allKeys().map(({ path }) => path)
  expect(paths).toEqual(
    expect.arrayContaining([
      'zones.clusterset',
      'zones.global',
      'zones.cluster',
      'zones.reverse',
      'global.defaultNamespace',
      'dns.listen',
      'dns.advertise',
      'dns.ttl',
      'dns.negativeTtl',
      'dns.soa.refresh',
      'dns.soa.retry',
      'dns.soa.expire',
      'dns.udpSize',
      'dns.udp',
      'dns.workers',
      'dns.id',
      'dns.explain.allow',
      'dns.upstreams',
      'dns.tcp.connections',
      'dns.tcp.perClient',
      'dns.tcp.idle',
      'dns.tcp.message',
      'admin.listen',
      'health.listen',
      'local.cluster',
      'local.locality',
      'local.clusterDomain',
      'clusters[].id',
      'clusters[].locality',
      'clusters[].network',
      'clusters[].labels',
      'clusters[].reach',
      'clusters[].gateway.addresses',
      'clusters[].gateway.ports',
      'clusters[].weight',
      'clusters[].drain',
      'clusters[].podCIDRs',
      'clusters[].serviceCIDRs',
      'clusters[].namespaces',
      'clusters[].exports.namespaces.allow',
      'clusters[].exports.namespaces.deny',
      'clusters[].probe.tcp',
      'clusters[].probe.interval',
      'clusters[].probe.timeout',
      'clusters[].probe.failAfter',
      'clusters[].probe.slow',
      'clusters[].probe.slowFor',
      'clusters[].source.manifests',
      'clusters[].source.kubeconfig.path',
      'clusters[].source.kubeconfig.context',
      'clusters[].source.inCluster',
      'registries[].secrets.namespace',
      'registries[].secrets.selector',
      'ignoreManagedBy',
      'clients.trustClientSubnet',
      'clients.map[].cidr',
      'clients.map[].cluster',
      'clients.map[].locality',
      'routing.distribute[].from',
      'routing.distribute[].to',
      'routing.failover[].from',
      'routing.failover[].to',
      'routing.minHealthy',
      'routing.services.*.prefer',
      'routing.services.*.weights',
      'routing.services.*.distribute',
      'routing.services.*.failover',
      'routing.services.*.minHealthy',
      'clusterStates.downAfter',
      'clusterStates.upAfter',
      'budgets.octets',
      'budgets.objects',
      'budgets.line',
      'startup.timeout',
      'state.dir',
      'transfer.allow',
      'log.level',
    ]),
  )
})
