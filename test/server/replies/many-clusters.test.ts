import { describe, expect, test } from 'vitest'
import { MOST_DRAWS } from '../../../src/server/speed/templates.ts'
import type { Written } from '../../support/manifests.ts'
import { exported } from '../../support/manifests.ts'
import { whenLong } from '../../support/runs.ts'
import { made } from '../../support/world.ts'
import { responder } from './responder.ts'

const addressOf = (i: number): string => `10.1.${i >> 8}.${i & 255}`

/** So many clusters that share one level, seen from one without the service. */
const sharing = (count: number): Written => ({
  clusters: {
    home: {},
    ...Object.fromEntries(
      Array.from({ length: count }, (_, i) => [
        `c${String(i).padStart(4, '0')}`,
        {
          'web.json': exported({
            name: 'web',
            clusterIP: `10.96.${i >> 8}.${i & 255}`,
            pods: [addressOf(i)],
          }),
        },
      ]),
    ),
  },
})

describe('a draw among many clusters', () => {
  test.each([1, 2, 40, MOST_DRAWS - 1, MOST_DRAWS, MOST_DRAWS + 1, ...whenLong(10 * MOST_DRAWS)])(
    'comes to each of %i, the first time and the next',
    (count) => {
      let random = 0
      const { ask, bugs } = responder({ random: () => random }, made(sharing(count)))
      for (const turn of [1, 2])
        for (const i of new Set(
          [0, 1, count >> 1, count - 2, count - 1].filter((i) => i >= 0 && i < count),
        )) {
          random = (i + 0.5) / count
          const { answers } = ask({ name: 'web.default.svc.clusterset.local', type: 'A', edns: {} })
          expect(
            answers.map((line) => line.split(' ').at(-1)),
            `${turn}`,
          ).toEqual([addressOf(i)])
        }
      expect(bugs).toEqual([])
    },
  )
})
