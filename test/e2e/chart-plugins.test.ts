/** Programs that print credentials for found clusters, as the chart brings them: for EKS, GKE and AKS. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { CHECKOUT } from '../support/server.ts'
import { template } from './chart/helm.ts'
import { at, listAt, one } from './chart/objects.ts'
import { CONTAINER, configOf, HERE, renderAll, rendered } from './chart/rendered.ts'
import { type Manifest, readManifests } from './ground/index.ts'

beforeAll(renderAll)

const PLATFORMS = ['plugins-eks', 'plugins-gke', 'plugins-aks'] as const

const titleOf = ({ kind, metadata: { name, namespace } }: Manifest): string =>
  `${kind} ${namespace ?? '-'}/${name}`

describe.each(PLATFORMS)('%s', (name) => {
  const podOf = () => at(one(rendered(name), 'Deployment'), 'spec.template.spec')

  test('every program of the configuration is below a mount of the server, which cannot write there', () => {
    const [registry] = configOf(rendered(name)).registries
    expect(registry).toMatchObject({ server: { kind: 'inCluster' }, clusterProfiles: { clusterset: 'prod' } })
    const mounts = listAt(one(rendered(name), 'Deployment'), `${CONTAINER}.volumeMounts`)
    const readOnly = mounts
      .filter((mount) => at(mount, 'readOnly') === true)
      .map((mount) => at(mount, 'mountPath'))
    for (const { command, accept } of registry?.execs ?? []) {
      expect(readOnly.some((path) => command.startsWith(`${path}/`))).toBe(true)
      expect(accept).toEqual({ args: false, env: [], proxies: [] })
    }
    expect(registry?.execs).toHaveLength(1)
  })

  test('it is there before the server is: from an image that is mounted, or that an init container copies it from', () => {
    const volume = listAt(podOf(), 'volumes').find((each) => at(each, 'name') === 'plugins')
    const [first] = listAt(podOf(), 'initContainers')
    if (first === undefined) return expect(at(volume, 'image.reference')).toMatch(/:\d/)
    expect(at(first, 'image')).toMatch(/:\d/)
    expect(listAt(first, 'volumeMounts')).toContainEqual({ name: 'plugins', mountPath: '/plugins' })
    expect(at(first, 'securityContext')).toEqual(at(podOf(), 'containers.0.securityContext'))
  })

  test('the account may read what ClusterProfiles need', () => {
    const wanted = documented().map(titleOf)
    const granted = rendered(name)
      .filter(({ metadata }) => metadata.name === 'meridian-cluster-profiles')
      .map((each) => titleOf(each).replace(' meridian/', ' fleet/'))
    expect(granted.toSorted()).toEqual(wanted.toSorted())
    const rulesOf = (objects: readonly Manifest[]) => objects.flatMap((each) => listAt(each, 'rules'))
    const names = rendered(name).filter(({ metadata }) => metadata.name === 'meridian-cluster-profiles')
    expect(rulesOf(names)).toEqual(rulesOf(documented()))
  })
})

/** Part 10 of docs/examples/rbac.yaml. */
const documented = (): readonly Manifest[] =>
  readManifests(readFileSync(join(CHECKOUT, 'docs/examples/rbac.yaml'), 'utf8')).filter(
    ({ metadata }) => metadata.name === 'meridian-cluster-profiles',
  )

test('Secrets for profiles are got where the registry says that they are, and nowhere else', async () => {
  const registries = [
    { clusterProfiles: { clusterset: 'a', secrets: { namespace: 'inventory' } } },
    { clusterProfiles: { clusterset: 'b' } },
    {
      kubeconfig: { path: '/etc/kubeconfigs/hub' },
      clusterProfiles: { clusterset: 'c', secrets: { namespace: 'x' } },
    },
  ]
  const objects = await template([...HERE, '--set-json', `config.registries=${JSON.stringify(registries)}`])
  const roles = objects.filter(({ kind }) => kind === 'Role').map(titleOf)
  expect(roles.toSorted()).toEqual([
    'Role inventory/meridian-cluster-profiles',
    'Role meridian/meridian-cluster-profiles',
  ])
})

test('a registry elsewhere asks for nothing here', async () => {
  const registries = [{ kubeconfig: { path: '/etc/kubeconfigs/hub' }, secrets: { namespace: 'x' } }]
  const objects = await template([...HERE, '--set-json', `config.registries=${JSON.stringify(registries)}`])
  expect(objects.filter(({ kind }) => kind === 'Role')).toEqual([])
})
