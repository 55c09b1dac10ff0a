/** Who may do what with what the chart installs: roles, network policies, monitors. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { CHART, template } from './chart/helm.ts'
import { at, listAt, ofKind, one, permissionsOf, titlesOf } from './chart/objects.ts'
import { ALL, configOf, HERE, renderAll, rendered } from './chart/rendered.ts'
import { type Manifest, readManifests } from './ground/index.ts'

beforeAll(renderAll)

describe('permissions', () => {
  /** Karmada's own API server is no cluster that the chart is installed in. */
  const documented = readManifests(
    readFileSync(new URL('../../docs/examples/rbac.yaml', import.meta.url), 'utf8'),
  ).filter(({ metadata }) => !metadata.name.startsWith('meridian-karmada'))
  const roles = (objects: readonly Manifest[]) => objects.filter(({ kind }) => /^(Cluster)?Role$/.test(kind))

  test('are those of the documentation, and a part less without `meridian check` and without the controller', async () => {
    const own = '[{"id":"cluster-east","exports":{"groups":["net.gke.io"],"annotations":"cilium"}}]'
    const set = 'rbac.check=true,controller.enabled=true,config.istio.cluster=cluster-east'
    const found = '[{"secrets":{}},{"clusterProfiles":{"clusterset":"prod"}},{"kubefed":{}}]'
    const keys = [`config.clusters=${own}`, `config.registries=${found}`]
    const all = ['--set', set, ...keys.flatMap((key) => ['--set-json', key])]
    const whole = await template([...HERE, ...all])
    expect(permissionsOf(roles(whole))).toEqual(permissionsOf(roles(documented)))
    const withCheck = await template([...HERE, '--set', 'rbac.check=true'])
    const partOf = (name: string) => documented.filter(({ metadata }) => metadata.name === name)
    const more = ['controller', 'exports', 'namespaces', 'istio', 'cluster-profiles', 'kubefed'].flatMap(
      (name) => partOf(`meridian-${name}`),
    )
    const without = documented.filter((one) => !more.includes(one))
    expect(permissionsOf(roles(withCheck))).toEqual(permissionsOf(roles(without)))
    expect(
      [
        ...permissionsOf(roles(rendered('defaults'))),
        ...permissionsOf(roles(partOf('meridian-check'))),
      ].sort(),
    ).toEqual(permissionsOf(roles(without)))
  })

  test('of the controller: its roles, its Lease beside it, and the configuration that says so', () => {
    const objects = rendered('controller')
    expect(titlesOf(roles(objects))).toEqual([
      'ClusterRole -/meridian',
      'ClusterRole -/meridian-controller',
      'Role meridian/meridian-controller',
      'Role meridian/meridian-registry',
    ])
    const { controller } = configOf(objects)
    expect(controller).toMatchObject({
      enabled: true,
      namespaces: { deny: ['kube-*', 'meridian'] },
      lease: { namespace: 'meridian', name: 'meridian-controller' },
    })
    expect(configOf(rendered('defaults')).controller.enabled).toBe(false)
  })

  test('never allow to write without the controller, nor Secrets outside the registries’ namespaces', () => {
    for (const name of ALL.filter((one) => one !== 'controller')) {
      for (const permission of permissionsOf(roles(rendered(name))))
        expect(permission).toMatch(/^(get|list|watch) /)
      expect(permissionsOf(ofKind(rendered(name), 'ClusterRole')).join()).not.toContain('secrets')
    }
  })

  test('are bound to the servers’ account and to nobody else', () => {
    for (const name of ALL) {
      const bindings = rendered(name).filter(({ kind }) => kind.endsWith('RoleBinding'))
      expect(bindings).toHaveLength(roles(rendered(name)).length)
      for (const binding of bindings) {
        expect(at(binding, 'subjects')).toEqual([
          { kind: 'ServiceAccount', name: 'meridian', namespace: 'meridian' },
        ])
        expect(at(binding, 'roleRef.name')).toBe(binding.metadata.name)
        expect(at(binding, 'roleRef.kind')).toBe(binding.kind.replace('Binding', ''))
      }
    }
  })

  test('in some namespaces: no ClusterRole, but in each the Role that reads this cluster, as its entry says', async () => {
    const objects = rendered('some-namespaces')
    expect(ofKind(objects, 'ClusterRole')).toEqual([])
    const titles = [
      'data/meridian',
      'kube-system/meridian-identity',
      'meridian/meridian-registry',
      'shop/meridian',
    ]
    expect(titlesOf(roles(objects))).toEqual(titles.map((title) => `Role ${title}`))
    expect(permissionsOf(roles(objects))).toEqual(permissionsOf(roles(rendered('defaults'))))
    const [shop] = ofKind(objects, 'Role').filter(({ metadata }) => metadata.namespace === 'shop')
    const withoutRegistry = ofKind(rendered('one-cluster'), 'ClusterRole')
    expect(permissionsOf(shop === undefined ? [] : [shop])).toEqual(permissionsOf(withoutRegistry))
    const { clusters } = configOf(objects)
    expect(clusters.map(({ source, namespaces }) => [source.kind, namespaces])).toEqual([
      ['inCluster', ['data', 'shop']],
    ])
    const alone = await template([
      ...HERE,
      '--set',
      'rbac.namespaces={shop}',
      '--set-json',
      'config.registries=[]',
    ])
    expect(titlesOf(roles(alone))).toEqual(['Role shop/meridian'])
    expect(configOf(alone).clusters[0]?.namespaces).toEqual(['shop'])
  })

  test('without those of the service account, this cluster is read by a kubeconfig of its own', async () => {
    const source = { kubeconfig: { path: '/etc/kubeconfigs/east' } }
    const own = `config.clusters=${JSON.stringify([{ id: 'cluster-east', source }])}`
    const [cluster] = configOf(await template([...HERE, '--set-json', own])).clusters
    expect(cluster?.source.kind).toBe('kubeconfig')
  })

  test('per namespace: no ClusterRole, but a Role and its binding in each registry’s namespace', () => {
    const objects = rendered('per-namespace')
    expect(ofKind(objects, 'ClusterRole')).toEqual([])
    expect(titlesOf([...ofKind(objects, 'Role'), ...ofKind(objects, 'RoleBinding')])).toEqual([
      'Role istio-system/meridian-registry',
      'Role meridian/meridian-registry',
      'RoleBinding istio-system/meridian-registry',
      'RoleBinding meridian/meridian-registry',
    ])
    expect(permissionsOf(roles(objects))).toEqual(['list secrets', 'watch secrets'])
    expect(configOf(objects).clusters.map(({ source }) => source.kind)).toEqual(['kubeconfig'])
  })

  test('with federations: Namespaces of this cluster are listed, by whose names they are refused', async () => {
    const zones = `config.zones=${JSON.stringify({ federations: { galaxy: { clusters: [] } } })}`
    const named = permissionsOf(roles(await template([...HERE, '--set-json', zones])))
    expect(named.filter((one) => !permissionsOf(roles(rendered('defaults'))).includes(one))).toEqual([
      'list namespaces',
      'watch namespaces',
    ])
  })

  test('without a registry: no Secret is read', () => {
    expect(
      permissionsOf(roles(rendered('one-cluster'))).filter((one) => /secrets|namespaces/.test(one)),
    ).toEqual([])
  })
})

describe('network policies', () => {
  test('let DNS in from anywhere and metrics to who is named; out only to DNS and to API servers', () => {
    const policy = at(one(rendered('three-clusters'), 'NetworkPolicy'), 'spec')
    expect(at(policy, 'policyTypes')).toEqual(['Ingress', 'Egress'])
    expect(at(policy, 'ingress')).toEqual([
      {
        ports: [
          { port: 'dns-udp', protocol: 'UDP' },
          { port: 'dns-tcp', protocol: 'TCP' },
        ],
      },
      {
        from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
        ports: [{ port: 'admin', protocol: 'TCP' }],
      },
    ])
    expect(at(policy, 'egress')).toEqual([
      {
        ports: [
          { port: 53, protocol: 'UDP' },
          { port: 53, protocol: 'TCP' },
        ],
      },
      {
        ports: [{ port: 6443, protocol: 'TCP' }],
        to: ['10.1.0.10/32', '10.2.0.10/32', '10.3.0.10/32'].map((cidr) => ({ ipBlock: { cidr } })),
      },
    ])
  })

  test('let nobody near the admin port but who is named, and nodes near that of probes alone', async () => {
    const policyOf = async (kind: string, ...more: readonly string[]) => {
      const cidrs = ['--set', `networkPolicy.kind=${kind},networkPolicy.apiServers.cidrs={10.1.0.10/32}`]
      const made = await template([...HERE, '--set', 'networkPolicy.enabled=true', ...cidrs, ...more])
      return at(one(made, kind), 'spec')
    }
    const nodes = ['--set', 'networkPolicy.kubeletCIDRs={10.0.0.0/16}']
    expect(listAt(await policyOf('NetworkPolicy'), 'ingress')).toHaveLength(1)
    expect(listAt(await policyOf('NetworkPolicy', ...nodes), 'ingress').slice(1)).toEqual([
      { from: [{ ipBlock: { cidr: '10.0.0.0/16' } }], ports: [{ port: 'health', protocol: 'TCP' }] },
    ])
    const health = [{ ports: [{ port: '8081', protocol: 'TCP' }] }]
    expect(listAt(await policyOf('CiliumNetworkPolicy', ...nodes), 'ingress').slice(1)).toEqual([
      { fromEntities: ['host'], toPorts: health },
      { fromCIDR: ['10.0.0.0/16'], toPorts: health },
    ])
  })

  test('by Cilium’s names, where they are asked for', () => {
    expect(ofKind(rendered('cilium'), 'NetworkPolicy')).toEqual([])
    const policy = at(one(rendered('cilium'), 'CiliumNetworkPolicy'), 'spec')
    expect(at(policy, 'ingress.0.fromEntities')).toEqual(['all'])
    expect(listAt(policy, 'ingress').slice(1)).toEqual([
      { fromEntities: ['host'], toPorts: [{ ports: [{ port: '8081', protocol: 'TCP' }] }] },
      {
        fromEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'monitoring' } }],
        toPorts: [{ ports: [{ port: '9153', protocol: 'TCP' }] }],
      },
    ])
    const ways = listAt(policy, 'egress').map((rule) => at(rule, 'toEntities') ?? at(rule, 'toCIDR'))
    expect(ways).toEqual([
      ['cluster'],
      ['192.0.2.53/32'],
      ['kube-apiserver'],
      ['10.2.0.10/32'],
      ['10.2.0.1/32'],
    ])
  })

  test('are left to others by default', () => {
    expect(ofKind(rendered('defaults'), 'NetworkPolicy')).toEqual([])
  })
})

describe('monitoring', () => {
  const fileOf = (name: string): string => readFileSync(join(CHART, 'files', name), 'utf8')

  test('a ServiceMonitor finds its Service, and that the servers’ admin port', () => {
    const objects = rendered('three-clusters')
    const monitor = one(objects, 'ServiceMonitor')
    const service = one(objects, 'Service', 'meridian-metrics')
    expect(monitor.metadata).toMatchObject({ labels: { release: 'prometheus' } })
    expect(service.metadata).toMatchObject({ labels: at(monitor, 'spec.selector.matchLabels') })
    expect(at(monitor, 'spec.endpoints')).toEqual([{ port: 'admin', path: '/metrics', interval: '15s' }])
    expect(listAt(service, 'spec.ports')).toEqual([
      { name: 'admin', port: 9153, targetPort: 'admin', protocol: 'TCP' },
    ])
  })

  test('a PodMonitor finds the pods themselves', () => {
    const monitor = one(rendered('zones'), 'PodMonitor')
    const labels = at(monitor, 'spec.selector.matchLabels')
    for (const deployment of ofKind(rendered('zones'), 'Deployment'))
      expect(at(deployment, 'spec.template.metadata.labels')).toMatchObject(Object(labels))
  })

  test('the PrometheusRule has all groups of the files, as promtool reads them', () => {
    const groups = ['recording.yaml', 'alerts.yaml'].flatMap((file) => listAt(parse(fileOf(file)), 'groups'))
    expect(groups.length).toBeGreaterThan(1)
    expect(at(one(rendered('three-clusters'), 'PrometheusRule'), 'spec.groups')).toEqual(groups)
  })

  test('the dashboard’s ConfigMap holds the file', () => {
    const map = one(rendered('three-clusters'), 'ConfigMap', 'meridian-dashboard')
    expect(map.metadata).toMatchObject({ labels: { grafana_dashboard: '1' } })
    const [text] = Object.values(Object(at(map, 'data')))
    expect(JSON.parse(String(text))).toEqual(JSON.parse(fileOf('dashboard.json')))
  })

  test('is off by default', () => {
    const kinds = rendered('defaults').map(({ apiVersion }) => apiVersion)
    expect(kinds.filter((version) => version.startsWith('monitoring.'))).toEqual([])
  })
})
