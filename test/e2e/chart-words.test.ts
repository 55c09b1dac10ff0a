/** What the chart says to people: its notes, its test, and its refusals. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { corefileText } from '../../src/app/cli/corefile/index.ts'
import { CHART, helm, notes, template } from './chart/helm.ts'
import { at, listAt, one } from './chart/objects.ts'
import { ALL, configOf, HERE, renderAll, rendered, valuesOf } from './chart/rendered.ts'
import { newDirectory } from './ground/index.ts'

beforeAll(renderAll)

test('helm test asks through the Service for the schema version and for the names of the values', () => {
  const pod = one(rendered('three-clusters'), 'Pod')
  expect(pod.metadata).toMatchObject({ annotations: { 'helm.sh/hook': 'test' } })
  expect(at(pod, 'spec.containers.0.args')).toEqual([
    ...['lookup', '--server', '10.96.0.53', '--wait', '30s', 'dns-version.clusterset.local', 'TXT'],
    ...['web-service.default.global', 'web-service.default.svc.clusterset.local'],
    ...['web-service.default.global', 'SRV'],
  ])
  expect(listAt(one(rendered('defaults'), 'Pod'), 'spec.containers.0.args')).toContain(
    'meridian.meridian.svc',
  )
})

describe('the notes', () => {
  test.each(ALL)('%s: print the very block that `meridian corefile` prints', async (name) => {
    const text = await notes(valuesOf(name))
    const address = String(at(one(rendered(name), 'Service', 'meridian'), 'spec.clusterIP') ?? '10.96.0.53')
    const expected = corefileText(configOf(rendered(name)), { address })
    const block = expected.replaceAll(/^\s*#.*\n/gm, '')
    const shown = text.replaceAll(/^ {5}/gm, '').replaceAll('$IP', address)
    expect(shown).toContain(block)
  })

  test('say how to learn an address that is not fixed, and use it', async () => {
    const text = await notes(HERE)
    expect(text).toContain("IP=$(kubectl -n meridian get service meridian -o jsonpath='{.spec.clusterIP}')")
    expect(text).toContain('--address $IP --patch')
    expect(text).toContain('dig @$IP dns-version.clusterset.local TXT +short')
  })
})

describe('values that are wrong are refused', () => {
  const refusal = async (...values: readonly string[]): Promise<string> => {
    const { status, err } = await helm(['template', 'meridian', CHART, ...values])
    return status === 0 ? 'accepted' : err
  }

  test('without this cluster’s name there is nothing to render', async () => {
    expect(await refusal()).toContain('local.cluster is not set: say what this cluster is called')
  })

  test.each([
    ['replica=3', "additional properties 'replica' not allowed"],
    ['replicas=0', "at '/replicas': minimum: got 0, want 1"],
    ['config.dns.ttl=99999', "at '/config/dns/ttl': maximum: got 99,999, want 3,600"],
    ['config.dsn.ttl=5', "at '/config': additional properties 'dsn' not allowed"],
    ['local.cluster=Cluster_East', "at '/local/cluster'"],
    ['image.digest=latest', "at '/image/digest'"],
    ['networkPolicy.kind=Calico', "at '/networkPolicy/kind': value must be one of"],
    [
      'networkPolicy.enabled=true',
      'networkPolicy.apiServers.cidrs is empty: Meridian would reach no API server',
    ],
    ['config.dns.listen={0.0.0.0:53}', "config.dns.listen: 0.0.0.0:53: the container's port is 1053"],
    ['config.admin.listen=0.0.0.0:8080', "config.admin.listen: 0.0.0.0:8080: the container's port is 9153"],
    ['config.health.listen=0.0.0.0:8080', "config.health.listen: 0.0.0.0:8080: the container's port is 8081"],
    ['config.local.cluster=x', 'say local.cluster and local.locality'],
    ['config.state.dir=/x', 'say state.volume'],
    ['config.clusters[0].id=cluster-west', 'config.clusters[0] (cluster-west) has no source'],
    ['rbac.namespaces={team-*}', "at '/rbac/namespaces/0'"],
    ['rbac.namespaces={shop,data,shop}', 'rbac.namespaces[2]: shop is listed twice'],
    ['rbac.namespaces={shop},rbac.check=true', 'say rbac.check: false with rbac.namespaces'],
    ['resources.limits.memory=512m', 'resources.limits.memory: 512m is thousandths of an octet'],
    ['resources.requests.memory=0.5m', 'write it in mebibytes, such as 512Mi'],
    ['resources.limits.ephemeral-storage=1m', 'resources.limits.ephemeral-storage: 1m is thousandths'],
    ['priorityClass.name=high', 'say priorityClass.create: false with it'],
  ])('%s', async (value, said) => {
    expect(await refusal(...HERE, '--set', value)).toContain(said)
  })

  test('the service account’s rights are not used without a ClusterRole', async () => {
    const own = 'config.clusters=[{"id":"cluster-east","source":{"inCluster":true}}]'
    const none = ['--set-json', 'config.registries=[]', '--set', 'rbac.clusterWide=false']
    expect(await refusal(...HERE, '--set', 'rbac.clusterWide=false', '--set-json', own)).toContain(
      'config.clusters[0] (cluster-east) has source.inCluster, but the service account may read nothing',
    )
    expect(await refusal(...HERE, ...none)).toContain('rbac.clusterWide: false leaves no cluster to read')
  })
})

test('text stays text, whatever it looks like', async () => {
  const env = [
    { name: 'A', value: 1 },
    { name: 'B', value: true },
    { name: 'C', value: 1000000 },
    { name: 'D', value: '1e3' },
    { name: 'E', value: 'on' },
  ]
  const names = ['--set-string', 'fullnameOverride=123', '--set-string', 'nameOverride=1e3']
  const objects = await template([...HERE, ...names, '--set-json', `extraEnv=${JSON.stringify(env)}`])
  const deployment = one(objects, 'Deployment')
  expect(listAt(deployment, 'spec.template.spec.containers.0.env').slice(-5)).toEqual(
    env.map(({ name, value }) => ({ name, value: String(value) })),
  )
  expect(deployment.metadata).toMatchObject({ name: '123', labels: { 'app.kubernetes.io/name': '1e3' } })
  expect(at(deployment, 'spec.template.spec.serviceAccountName')).toBe('123')
})

test('where pods may run is text too, but for its numbers', async () => {
  const values = [true, 5, 1000000, 'on'].map((value) => ({ value, text: String(value) }))
  const expressionsOf = (list: readonly unknown[]) => [{ key: 'n', operator: 'In', values: list }]
  const placed = (of: (one: { readonly value: unknown; readonly text: string }) => unknown) => ({
    tolerations: values.map((one) => ({
      key: 'a',
      operator: 'Equal',
      value: of(one),
      tolerationSeconds: 1000000,
    })),
    affinity: {
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 5, preference: { matchExpressions: expressionsOf(values.map(of)) } },
        ],
      },
      podAntiAffinity: {},
    },
    topologySpreadConstraints: values.map((one) => ({
      maxSkew: 1,
      topologyKey: 'x',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: { app: of(one) } },
    })),
  })
  const sets = Object.entries(placed(({ value }) => value)).flatMap(([name, value]) => [
    '--set-json',
    `${name}=${JSON.stringify(value)}`,
  ])
  const deployment = one(await template([...HERE, ...sets]), 'Deployment')
  expect(at(deployment, 'spec.template.spec')).toMatchObject(placed(({ text }) => text))
  expect(await template([...HERE, '--set', 'resources.limits.cpu=500m'])).not.toEqual([])
})

describe('the documentation', () => {
  const docs = fileURLToPath(new URL('../../docs/', import.meta.url))
  const written = readdirSync(docs, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) => {
      const blocks =
        readFileSync(join(docs, file), 'utf8').match(/^ *```yaml\n *# values\.yaml\n[\s\S]*?```/gm) ?? []
      return blocks.map((block) => [file, unindented(block).slice(8, -3)] as const)
    })

  test('has values in several places', () => {
    expect(written.length).toBeGreaterThan(3)
  })

  test.each(written)(
    '%s: its values are accepted, and so is what they make of the configuration',
    async (_, values) => {
      const file = join(newDirectory('values'), 'values.yaml')
      writeFileSync(file, values)
      const objects = await template([...(values.includes('local:') ? [] : HERE), '--values', file])
      expect(configOf(objects).warnings).toEqual([])
    },
  )
})

function unindented(block: string): string {
  const [indent = ''] = /^ */.exec(block) ?? []
  return block.replaceAll(new RegExp(`^${indent}`, 'gm'), '')
}
