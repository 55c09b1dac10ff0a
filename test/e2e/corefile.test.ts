/**
 * What `meridian corefile` prints for each kind of cluster DNS is applied with the real kubectl to a real API server,
 * as it stands; what is there then is run by real CoreDNS; and what is taken out again leaves what was there before.
 */

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ask, Replica, transports, writeClusterset } from './chain/index.ts'
import { PLATFORMS, type Platform, runnable, VERSIONS } from './corefile-platforms.ts'
import {
  type Cluster,
  type CoreDnsVersion,
  eventually,
  type Manifest,
  refOf,
  startCluster,
  startCoreDns,
} from './ground/index.ts'
import { commandsIn, type Shell, startShell } from './support/index.ts'

const CRD_MS = 30_000

let cluster: Cluster
let config: string
let replica: Replica
let shell: Shell

beforeAll(async () => {
  config = writeClusterset()
  ;[cluster, replica] = await Promise.all([
    startCluster('cluster-east', { crds: false }),
    Replica.start(config),
  ])
  shell = await startShell([cluster.adminKubeconfig])
  await installOperatorCrd()
})

afterAll(async () => {
  await replica?.stop()
  await cluster?.close()
})

/** As much of OpenShift as this needs: the kind of its operator's object. */
async function installOperatorCrd(): Promise<void> {
  const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  await cluster.apply([
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: {
        name: 'dnses.operator.openshift.io',
        annotations: { 'api-approved.kubernetes.io': 'unapproved, a test' },
      },
      spec: {
        group: 'operator.openshift.io',
        scope: 'Cluster',
        names: { kind: 'DNS', listKind: 'DNSList', plural: 'dnses', singular: 'dns' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { ...schema, properties: { spec: schema } } },
          },
        ],
      },
    },
  ])
  await eventually('the kind of the DNS operator is served', CRD_MS, () =>
    cluster.admin.list('operator.openshift.io/v1', 'DNS'),
  )
}

/** What people wrote of it: all but what the API server keeps for itself. */
function written({ metadata, ...rest }: Manifest): unknown {
  const { labels = null, annotations = null } = metadata
  return { ...rest, labels, annotations }
}

const read = async ({ changed }: Platform): Promise<unknown> => written(await cluster.admin.get(changed))

const command = (target: string, version: string, ports: readonly number[] = [replica.port]): string =>
  `meridian corefile --config '${config}' --for ${target} --coredns-version ${version} ` +
  `--address ${ports.map((port) => `127.0.0.1:${port}`).join(',')}`

/** Restarts are of workloads, of which there are none here. */
const runnableIn = (text: string, heading: string): string =>
  commandsIn(text, heading)
    .split('\n')
    .filter((line) => !line.includes(' rollout restart '))
    .join('\n')

describe.each(PLATFORMS)('for %s', (target, platform) => {
  afterEach(async () => {
    for (const object of platform.before) await cluster.admin.delete(refOf(object))
  })

  // kube-dns has no CoreDNS to load anything.
  describe.each(platform.corefile === null ? VERSIONS.slice(0, 1) : VERSIONS)(
    'and CoreDNS %s',
    (version, said) => {
      test('what is applied as printed is loaded and forwards, and removing it leaves what was there', async () => {
        await cluster.apply(platform.before)
        const before = await read(platform)
        const printed = await shell(command(target, said))

        await shell(runnableIn(printed, 'Apply, as often'))
        const after = await read(platform)
        expect(after).not.toEqual(before)
        await shell(runnableIn(printed, 'Apply, as often'))
        expect(await read(platform)).toEqual(after)
        if (platform.corefile !== null)
          await mustForward(platform.corefile(await cluster.admin.get(platform.changed)), version)

        await shell(runnableIn(printed, 'Remove:'))
        expect(JSON.stringify(await read(platform))).toBe(JSON.stringify(before))
      })
    },
  )
})

/** Meridian's names come from Meridian, and the cluster's own from where they came before. */
async function mustForward(corefile: string, version: CoreDnsVersion): Promise<void> {
  const coreDns = await startCoreDns(
    runnable(corefile, cluster.adminKubeconfig, `127.0.0.1:${replica.port}`),
    version,
  )
  try {
    for (const transport of transports) {
      const address = async (name: string) =>
        (await ask(coreDns.port, transport, { name, type: 'A' })).answers.map((one) => one.split(' ').at(-1))
      expect(await address('web.default.svc.clusterset.local')).toEqual(['10.101.195.130'])
      expect(await address('web.default.global')).toEqual(['10.101.195.130'])
      expect(await address('kubernetes.default.svc.cluster.local')).toEqual(['10.96.0.1'])
    }
  } finally {
    await coreDns.close()
  }
}

test('where there is no ConfigMap, that is said, and nothing is made', async () => {
  const printed = await shell(command('nodelocal', '1.15.0'))
  const applied = shell(runnableIn(printed, 'Apply, as often'))
  await expect(applied).rejects.toThrow('configmaps "node-local-dns" not found')
})

test('where kube-dns has no ConfigMap yet, it is made as printed, and emptied again', async () => {
  const printed = await shell(command('gke', '1.15.0'))
  await shell(runnableIn(printed, 'Apply, where there is no'))
  await shell(runnableIn(printed, 'Apply, as often'))
  await shell(runnableIn(printed, 'Remove:'))
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', name: 'kube-dns', namespace: 'kube-system' }
  const { data, metadata } = await cluster.admin.get(ref)
  expect([data, metadata['annotations']]).toEqual([undefined, undefined])
  await cluster.admin.delete(ref)
})

test('the values of an EKS add-on hold a Corefile that CoreDNS loads, and without the block the one before', async () => {
  const platform = PLATFORMS.find(([target]) => target === 'eks')?.[1]
  if (platform?.corefile == null) throw new Error('there is no EKS')
  await cluster.apply(platform.before)
  const get = 'kubectl -n kube-system get configmap coredns -o json'
  const patched = await shell(`${get} | ${command('eks', '1.15.0')} --patch --values`)
  await mustForward(JSON.parse(patched).corefile, 'current')
  const back = await shell(
    `${get} | ${command('eks', '1.15.0')} --patch | meridian corefile --for eks --remove --values`,
  )
  expect(JSON.parse(back)).toEqual({ corefile: platform.corefile(await cluster.admin.get(platform.changed)) })
  await cluster.admin.delete(platform.changed)
})

test('a block for a CoreDNS that knows more is none for an older one: the version is worth saying', async () => {
  const upstreams = [replica.port, replica.port + 1]
  const newer = await shell(command('coredns', '1.15.0', upstreams))
  expect(newer).toContain('failover SERVFAIL REFUSED')
  await expect(startCoreDns(newer, '1.12')).rejects.toThrow('unknown property')
  const older = await startCoreDns(await shell(command('coredns', '1.12.2', upstreams)), '1.12')
  await older.close()
})
