/** What the chart makes for a version of Kubernetes: nothing that its API server does not know. */
import { beforeAll, describe, expect, test } from 'vitest'
import { helm, template } from './chart/helm.ts'
import { at, listAt, ofKind, one, serversIn } from './chart/objects.ts'
import { ALL, valuesOf } from './chart/rendered.ts'
import type { Manifest } from './ground/index.ts'

/** What newer versions brought that the chart uses, by the first that serves it to everyone. */
const BROUGHT = [
  ['1.27', 'matchLabelKeys'],
  ['1.27', 'unhealthyPodEvictionPolicy'],
  ['1.31', 'trafficDistribution'],
] as const

const minorOf = (version: string): number => Number(version.split('.')[1])

const trafficDistributionIn = async (version: string, ...values: readonly string[]) =>
  at(
    one(await template([...valuesOf('zones'), ...values, '--kube-version', version]), 'Service'),
    'spec.trafficDistribution',
  )

describe.each(['1.25.0', '1.26.15', '1.27.0', '1.30.14', '1.31.0', '1.37.2'])(
  'for Kubernetes %s',
  (version) => {
    const objects = new Map<string, readonly Manifest[]>()

    beforeAll(async () => {
      for (const name of ALL)
        objects.set(name, await template([...valuesOf(name), '--kube-version', version]))
    })

    test.each(BROUGHT)('what came with %s is there from then on: %s', (since, field) => {
      const text = JSON.stringify([...objects.values()])
      expect(text.includes(`"${field}"`)).toBe(minorOf(version) >= minorOf(since))
    })

    test('every example has all else that it always has', () => {
      for (const [name, all] of objects) {
        expect(serversIn(all).length, name).toBeGreaterThan(0)
        const [deployment] = ofKind(all, 'Deployment')
        const spread = deployment ? listAt(deployment, 'spec.template.spec.topologySpreadConstraints') : []
        for (const constraint of spread)
          expect(at(constraint, 'labelSelector.matchLabels')).toBeTypeOf('object')
      }
    })
  },
)

test('near replicas come first by the name that the version has for it', async () => {
  const node = ['--set', 'service.trafficDistribution=PreferSameNode']
  expect(await trafficDistributionIn('1.30.14')).toBeUndefined()
  expect(await trafficDistributionIn('1.33.13')).toBe('PreferClose')
  expect(await trafficDistributionIn('1.33.13', ...node)).toBe('PreferClose')
  expect(await trafficDistributionIn('1.34.0')).toBe('PreferSameZone')
  expect(await trafficDistributionIn('1.34.0', ...node)).toBe('PreferSameNode')
  expect(await trafficDistributionIn('1.37.2', '--set', 'service.trafficDistribution=')).toBeUndefined()
})

test('a vendor’s version counts as what it is of, and one before 1.25 is refused', async () => {
  expect(await trafficDistributionIn('1.31.9-gke.100')).toBe('PreferClose')
  expect(await trafficDistributionIn('1.25.16-eks-1a2b3c4')).toBeUndefined()
  const { status, err } = await helm([
    'template',
    'meridian',
    'chart',
    ...valuesOf('defaults'),
    '--kube-version',
    '1.24.17',
  ])
  expect([status, err]).toEqual([1, expect.stringContaining('requires kubeVersion: >=1.25.0-0')])
})
