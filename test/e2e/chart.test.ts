/** The chart under the real Helm: what its values make of it. */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { printAddress } from '../../src/values/dns/index.ts'
import { CHART, helm, template } from './chart/helm.ts'
import { at, listAt, ofKind, one, serversIn, titlesOf } from './chart/objects.ts'
import { ALL, CONTAINER, configOf, EXAMPLES, HERE, renderAll, rendered, valuesOf } from './chart/rendered.ts'
import { build, readManifests } from './ground/index.ts'

beforeAll(renderAll)

describe('every example, and the defaults', () => {
  test('there is more than one', () => {
    expect(EXAMPLES.length).toBeGreaterThan(4)
  })

  test.each(ALL)('%s: pass lint --strict', async (name) => {
    const { status, out } = await helm(['lint', '--strict', CHART, ...valuesOf(name)])
    expect(out).toContain('1 chart(s) linted, 0 chart(s) failed')
    expect(status).toBe(0)
  })

  test.each(ALL)('%s: each object is there once, in a namespace that was asked for', (name) => {
    const titles = titlesOf(rendered(name))
    expect(titles).toEqual([...new Set(titles)])
    expect(titles.length).toBeGreaterThan(5)
    for (const title of titles)
      expect(title).toMatch(/ (-|meridian|istio-system|data|shop|kube-system|kube-federation-system)\//)
  })

  test.each(ALL)(
    '%s: the configuration is one that Meridian accepts, with this cluster as its own',
    (name) => {
      const config = configOf(rendered(name))
      expect(config.local.cluster).toBe('cluster-east')
      expect(config.dns.listen.map(({ port }) => port)).toEqual([1053, 1053])
      expect(config.admin.listen.port).toBe(9153)
      expect(config.health.listen?.port).toBe(8081)
      expect(config.state.dir).toBe('/var/lib/meridian')
      expect(config.warnings).toEqual([])
    },
  )

  test.each(ALL)('%s: every pod is what the Pod Security level restricted asks for', (name) => {
    const pods = [
      ...serversIn(rendered(name)).map((object) => at(object, 'spec.template.spec')),
      at(one(rendered(name), 'Pod'), 'spec'),
    ]
    for (const pod of pods) {
      expect(at(pod, 'securityContext')).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 65532,
        seccompProfile: { type: 'RuntimeDefault' },
      })
      expect(at(pod, 'containers.0.securityContext')).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
      expect([at(pod, 'hostNetwork'), at(pod, 'containers.1')]).toEqual([undefined, undefined])
    }
  })

  test.each(ALL)('%s: what selects the servers selects their pods, and not the pod of helm test', (name) => {
    const objects = rendered(name)
    const [selector = {}] = [at(one(objects, 'Service', 'meridian'), 'spec.selector')]
    for (const deployment of serversIn(objects)) {
      expect(at(deployment, 'spec.template.metadata.labels')).toMatchObject(Object(selector))
      const own = Object(at(deployment, 'spec.selector.matchLabels'))
      expect(at(deployment, 'spec.template.metadata.labels')).toMatchObject(own)
    }
    expect(at(one(objects, 'Pod'), 'metadata.labels')).not.toMatchObject(Object(selector))
    // No drain moves the pods of a DaemonSet.
    for (const budget of ofKind(objects, 'PodDisruptionBudget'))
      expect(at(budget, 'spec.selector.matchLabels')).toEqual(selector)
    expect(ofKind(objects, 'PodDisruptionBudget')).toHaveLength(
      ofKind(objects, 'DaemonSet').length === 0 ? 1 : 0,
    )
  })
})

describe('the Deployment', () => {
  test('replaces a replica only when the new one is ready, and lets the old one drain', () => {
    const deployment = one(rendered('defaults'), 'Deployment')
    expect(at(deployment, 'spec')).toMatchObject({
      replicas: 2,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    })
    expect(at(deployment, `${CONTAINER}.args`)).toEqual([
      ...['serve', '--config', '/etc/meridian/meridian.yaml', '--drain', '10s'],
    ])
    expect(at(deployment, 'spec.template.spec.terminationGracePeriodSeconds')).toBe(30)
    const probes = ['startupProbe', 'livenessProbe', 'readinessProbe']
    expect(probes.map((probe) => at(deployment, `${CONTAINER}.${probe}.httpGet`))).toEqual(
      ['/healthz', '/healthz', '/readyz'].map((path) => ({ path, port: 'health' })),
    )
  })

  test('a longer drain has a longer grace', async () => {
    const deployment = one(await template([...HERE, '--set', 'drainSeconds=60']), 'Deployment')
    expect(listAt(deployment, `${CONTAINER}.args`)).toContain('60s')
    expect(at(deployment, 'spec.template.spec.terminationGracePeriodSeconds')).toBe(80)
  })

  test('spreads over zones and hosts, goes before others, and keeps its last views', () => {
    const pod = at(one(rendered('defaults'), 'Deployment'), 'spec.template.spec')
    expect(
      listAt(pod, 'topologySpreadConstraints').map((constraint) => at(constraint, 'topologyKey')),
    ).toEqual(['topology.kubernetes.io/zone', 'kubernetes.io/hostname'])
    expect(at(pod, 'priorityClassName')).toBe(one(rendered('defaults'), 'PriorityClass').metadata.name)
    expect(listAt(pod, 'volumes')).toContainEqual({ name: 'state', emptyDir: {} })
    expect(listAt(pod, 'containers.0.volumeMounts')).toContainEqual({
      name: 'state',
      mountPath: '/var/lib/meridian',
    })
  })

  test('has no CPU limit, and a heap in proportion to its memory limit, where it has one', async () => {
    const container = at(one(rendered('defaults'), 'Deployment'), CONTAINER)
    expect(at(container, 'resources')).toEqual({
      requests: { cpu: '100m', memory: '512Mi' },
      limits: { memory: '512Mi' },
    })
    const heap = { name: 'NODE_OPTIONS', value: '--max-old-space-size-percentage=50' }
    expect(listAt(container, 'env')).toContainEqual(heap)
    const unlimited = await template([...HERE, '--set', 'resources.limits=null'])
    expect(listAt(one(unlimited, 'Deployment'), `${CONTAINER}.env`)).not.toContainEqual(heap)
  })

  test('the image is of the chart’s version, of a tag, or of a digest', async () => {
    const imageOf = async (...values: readonly string[]) =>
      at(one(await template([...HERE, ...values]), 'Deployment'), `${CONTAINER}.image`)
    const { appVersion } = parse(readFileSync(join(CHART, 'Chart.yaml'), 'utf8'))
    const digest = `sha256:${'0'.repeat(64)}`
    expect(await imageOf()).toBe(`ghcr.io/meridian-dns/meridian:${appVersion}`)
    expect(await imageOf('--set', 'image.tag=1.2.3')).toBe('ghcr.io/meridian-dns/meridian:1.2.3')
    expect(await imageOf('--set', `image.digest=${digest}`)).toBe(`ghcr.io/meridian-dns/meridian@${digest}`)
  })

  test('is rolled by a change of what is read at start only, and by no other of the configuration', async () => {
    const sumOf = async (...values: readonly string[]) =>
      at(one(await template([...HERE, ...values]), 'Deployment'), 'spec.template.metadata.annotations')
    const before = await sumOf()
    expect(await sumOf('--set', 'config.dns.ttl=7', '--set', 'config.log.level=debug')).toEqual(before)
    expect(await sumOf('--set', 'config.dns.udpSize=1400')).not.toEqual(before)
    expect(await sumOf('--set-json', 'config.registries=[]')).not.toEqual(before)
  })
})

describe('zones', () => {
  const deployments = () => ofKind(rendered('zones'), 'Deployment')

  test('have a Deployment each, which runs there and answers as seen from there', () => {
    expect(deployments().map(({ metadata }) => metadata.name)).toEqual(
      ['a', 'b', 'c'].map((zone) => `meridian-us-east-1${zone}`),
    )
    const [first] = deployments()
    const terms = 'spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution'
    expect(at(first, `${terms}.nodeSelectorTerms`)).toEqual([
      {
        matchExpressions: [
          { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] },
          { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['us-east-1a'] },
        ],
      },
    ])
    expect(listAt(first, `${CONTAINER}.env`)).toContainEqual({
      name: 'MERIDIAN_LOCAL_LOCALITY',
      value: 'us-east-1/us-east-1a',
    })
  })

  test('do not select each other’s pods, and share one Service that prefers the near', async () => {
    const selectors = deployments().map((deployment) => JSON.stringify(at(deployment, 'spec.selector')))
    expect(new Set(selectors).size).toBe(3)
    expect(at(one(rendered('zones'), 'Service'), 'spec.trafficDistribution')).toBe('PreferSameZone')
    const older = await template([...valuesOf('zones'), '--kube-version', '1.33.4'])
    expect(at(one(older, 'Service'), 'spec.trafficDistribution')).toBe('PreferClose')
  })
})

describe('a replica on every node', () => {
  const rows = (version: string, ...values: string[]) =>
    template([...valuesOf('daemonset'), ...values, '--kube-version', version])
  const localityIn = async (version: string, ...values: string[]) => {
    const env = listAt(one(await rows(version, ...values), 'DaemonSet'), `${CONTAINER}.env`)
    return [
      env.map((each) => at(each, 'name')).filter((name) => String(name).startsWith('TOPOLOGY_')),
      at(
        env.find((each) => at(each, 'name') === 'MERIDIAN_LOCAL_LOCALITY'),
        'value',
      ),
    ]
  }

  test('is a DaemonSet in place of Deployments, whose Service leads pods to the replica of their node', async () => {
    const made = await rows('1.35.0')
    expect(ofKind(made, 'Deployment')).toEqual([])
    expect(ofKind(made, 'PodDisruptionBudget')).toEqual([])
    const set = one(made, 'DaemonSet')
    expect(at(set, 'spec.updateStrategy.rollingUpdate')).toEqual({ maxUnavailable: 0, maxSurge: 1 })
    expect(at(set, 'spec.template.spec.hostNetwork')).toBeUndefined()
    expect(at(set, 'spec.template.spec.topologySpreadConstraints')).toBeUndefined()
    expect(at(one(made, 'Service'), 'spec.internalTrafficPolicy')).toBe('Local')
    const all = await rows('1.35.0', '--set', 'service.internalTrafficPolicy=Cluster')
    expect(at(one(all, 'Service'), 'spec.internalTrafficPolicy')).toBe('Cluster')
  })

  test('answers from the zone of its node by the label of its pod, in the region that is said, or by that label', async () => {
    expect(await localityIn('1.35.0')).toEqual([['TOPOLOGY_ZONE'], 'us-east-1/$(TOPOLOGY_ZONE)'])
    expect(await localityIn('1.35.0', '--set', 'local.locality=')).toEqual([
      ['TOPOLOGY_REGION', 'TOPOLOGY_ZONE'],
      '$(TOPOLOGY_REGION)/$(TOPOLOGY_ZONE)',
    ])
    const own = ['--set-json', 'config.clusters=[{"id":"cluster-east","locality":"eu-1"}]']
    expect(await localityIn('1.35.0', '--set', 'local.locality=', ...own)).toEqual([
      ['TOPOLOGY_ZONE'],
      'eu-1/$(TOPOLOGY_ZONE)',
    ])
  })

  test('stands where that is said whole, and in the region where Kubernetes labels no pods', async () => {
    expect(await localityIn('1.35.0', '--set', 'local.locality=us-east-1/a')).toEqual([[], 'us-east-1/a'])
    expect(await localityIn('1.34.9')).toEqual([[], 'us-east-1'])
  })

  test('goes with no list of zones', async () => {
    await expect(rows('1.35.0', '--set-json', 'zones=["a"]')).rejects.toThrow(
      'zones and daemonSet are two layouts',
    )
  })
})

describe('zones without local.locality', () => {
  const ZONES = [...HERE, '--set-json', 'zones=["us-east-1a"]']

  test('have the region from the label that Kubernetes gives their pods, and the zone that they run in', async () => {
    const deployment = one(await template([...ZONES, '--kube-version', '1.35.0']), 'Deployment')
    const env = listAt(deployment, `${CONTAINER}.env`)
    const named = (name: string) => env.findIndex((each) => at(each, 'name') === name)
    expect(env[named('TOPOLOGY_REGION')]).toEqual({
      name: 'TOPOLOGY_REGION',
      valueFrom: { fieldRef: { fieldPath: "metadata.labels['topology.kubernetes.io/region']" } },
    })
    expect(env[named('MERIDIAN_LOCAL_LOCALITY')]).toEqual({
      name: 'MERIDIAN_LOCAL_LOCALITY',
      value: '$(TOPOLOGY_REGION)/us-east-1a',
    })
    // Only what stands before it is put in for a variable.
    expect(named('TOPOLOGY_REGION')).toBeLessThan(named('MERIDIAN_LOCAL_LOCALITY'))
  })

  test.each(['1.25.0', '1.34.9'])('are refused by Kubernetes %s, which labels no pods', async (version) => {
    await expect(template([...ZONES, '--kube-version', version])).rejects.toThrow(
      'zones needs local.locality before Kubernetes 1.35',
    )
  })
})

describe('the Service', () => {
  test('maps 53 to the containers’ ports, UDP and TCP, at an address that can be fixed', () => {
    const service = one(rendered('one-cluster'), 'Service')
    expect(at(service, 'spec')).toMatchObject({ type: 'ClusterIP', clusterIP: '10.96.0.53' })
    const ports = listAt(service, 'spec.ports').map((port) =>
      ['port', 'protocol', 'targetPort'].map((key) => at(port, key)),
    )
    expect(ports).toEqual([
      [53, 'UDP', 'dns-udp'],
      [53, 'TCP', 'dns-tcp'],
    ])
    expect(listAt(one(rendered('one-cluster'), 'Deployment'), `${CONTAINER}.ports`)).toEqual([
      { name: 'dns-udp', containerPort: 1053, protocol: 'UDP' },
      { name: 'dns-tcp', containerPort: 1053, protocol: 'TCP' },
      { name: 'admin', containerPort: 9153, protocol: 'TCP' },
      { name: 'health', containerPort: 8081, protocol: 'TCP' },
    ])
    expect(configOf(rendered('one-cluster')).dns.advertise).toHaveLength(1)
    expect(at(one(rendered('defaults'), 'Service'), 'spec.clusterIP')).toBeUndefined()
  })

  test('speaks both families, and the admin server and probes with it', () => {
    expect(at(one(rendered('cilium'), 'Service'), 'spec')).toMatchObject({
      ipFamilyPolicy: 'PreferDualStack',
      ipFamilies: ['IPv6', 'IPv4'],
    })
    expect(configOf(rendered('cilium')).admin.listen.host).toBe('::')
    expect(configOf(rendered('cilium')).health.listen?.host).toBe('::')
  })

  test.each([
    ['fd00::53', []],
    ['fd00::53', ['IPv6', 'IPv4']],
    ['10.96.0.53', []],
    ['', []],
    ['', ['IPv6']],
  ])(
    'whose clusterIP is %j and families are %j answers probes and metrics at every address of its pods',
    async (address, families) => {
      const said = families.length === 0 ? [] : ['--set', `service.ipFamilies={${families}}`]
      const values = ['--set', `service.clusterIP=${address}`, ...said]
      const { admin, health } = configOf(await template([...HERE, ...values]))
      expect([admin.listen.host, health.listen?.host]).toEqual(['::', '::'])
    },
  )

  test('is advertised at its fixed address, unless the configuration says where, or nowhere', async () => {
    const fixed = [...HERE, '--set', 'service.clusterIP=10.96.0.53']
    for (const [said, advertised] of [
      ['{}', ['10.96.0.53']],
      ['{"advertise":["192.0.2.1"]}', ['192.0.2.1']],
      ['{"advertise":[]}', []],
    ] as const) {
      const { dns } = configOf(await template([...fixed, '--set-json', `config.dns=${said}`]))
      expect(dns.advertise.map(printAddress)).toEqual(advertised)
    }
  })
})

describe('the configuration', () => {
  test('has this cluster, read through the service account, and Secrets of the release’s namespace', () => {
    const { clusters, registries } = configOf(rendered('defaults'))
    expect(clusters.map(({ id, source }) => [id, source.kind])).toEqual([['cluster-east', 'inCluster']])
    expect(registries).toEqual([{ secrets: { namespace: 'meridian', selector: 'meridian-dns.io/cluster' } }])
  })

  test('keeps what the values say of this cluster, and large numbers', async () => {
    const [{ podCIDRs } = { podCIDRs: [] }] = configOf(rendered('one-cluster')).clusters
    expect(podCIDRs).toHaveLength(1)
    const many = await template([...HERE, '--set', 'config.dns.tcp.connections=1000000'])
    expect(configOf(many).dns.tcp.connections).toBe(1_000_000)
  })

  test('places this cluster where its clients are, unless its entry says where it is', async () => {
    const here = [...HERE, '--set', 'local.locality=us-east-1', '--set', 'config.clusters[0].id=cluster-east']
    for (const [more, region] of [
      ['labels.tier=gold', 'us-east-1'],
      ['locality=eu-1', 'eu-1'],
    ]) {
      const { clusters } = configOf(await template([...here, '--set', `config.clusters[0].${more}`]))
      expect(clusters).toMatchObject([
        { id: 'cluster-east', source: { kind: 'inCluster' }, locality: { region } },
      ])
    }
  })

  test('keeps a zone that null switches off', () => {
    expect(configOf(rendered('per-namespace')).zones.global).toBeNull()
  })

  test('state: another volume, and a directory for each node on it', () => {
    const deployment = one(rendered('per-namespace'), 'Deployment')
    expect(listAt(deployment, 'spec.template.spec.volumes')).toContainEqual({
      name: 'state',
      persistentVolumeClaim: { claimName: 'meridian-state' },
    })
    expect(listAt(deployment, `${CONTAINER}.volumeMounts`)).toContainEqual({
      name: 'state',
      mountPath: '/var/lib/meridian',
      subPathExpr: '$(NODE_NAME)',
    })
  })
})

test('the CRDs are those of the pinned mcs-api, and are no templates', async () => {
  const { stdout } = await promisify(execFile)(await build('mcs-crds'))
  const crds = readdirSync(join(CHART, 'crds')).map((file) => readFileSync(join(CHART, 'crds', file), 'utf8'))
  expect(crds.flatMap(readManifests)).toEqual(readManifests(stdout))
  expect(crds.join()).not.toContain('{{')
})
