/** Where the endpoints of other clusters are written: KEP-1645, "Using EndpointSlice objects to track endpoints". */

import { expect } from 'vitest'
import { managerOf } from '../member.ts'
import type { Spec } from './spec.ts'

export const ENDPOINT_SLICES: readonly Spec[] = [
  {
    title:
      'each cluster has an EndpointSlice with both labels, not of Kubernetes’ own controller, while it is exported',
    labels: ['Optional', 'EndpointSlice'],
    check: async (world) => {
      const made = []
      for (const member of world.members) {
        for (const family of await world.families(member)) {
          const slice = await world.mcsSlice(member, family)
          expect(managerOf(slice)).not.toBe('')
          expect(managerOf(slice)).not.toBe('endpointslice-controller.k8s.io')
          made.push({ member, name: slice.name })
        }
      }
      expect(made.length).toBeGreaterThan(1)
      await world.first.unexport()
      for (const { member, name } of made)
        await world.soon(`${name} is deleted in ${member.id}`, async () =>
          expect((await member.mcsSlices()).map((one) => one.name)).not.toContain(name),
        )
    },
  },
]
