import { describe, expect, test } from 'vitest'
import { leastFiles } from '../../../src/app/cli/least-files.ts'
import { expectFiles } from '../../../src/app/cli/open-files.ts'
import { parseConfig } from '../../../src/app/config/index.ts'

describe('what a configuration takes', () => {
  const of = (yaml: string) => leastFiles(parseConfig(yaml, 'meridian.yaml'))
  const fleet = (count: number, rest = '') =>
    of(
      `local: { cluster: c-0 }\ndns: { workers: 1 }\nclusters:\n${Array.from({ length: count }, (_, i) => `- { id: c-${i}, source: { kubeconfig: { path: ./c } } }\n`).join('')}${rest}`,
    )

  test('each cluster with an API server takes its watches, each thread its own', () => {
    expect(fleet(11) - fleet(10)).toBe(4)
    expect(fleet(101) - fleet(100)).toBe(3)
    const workers = (count: number) =>
      of(
        `local: { cluster: a }\ndns: { workers: ${count} }\nclusters:\n- { id: a, source: { kubeconfig: { path: ./a } } }\n`,
      )
    expect(workers(2) - workers(1)).toBe(10)
  })

  test.each([2, 3, 20])(
    'of %i addresses each has a socket of main’s and of each thread’s for UDP, and one for TCP',
    (count) => {
      const on = (addresses: number) =>
        of(
          `local: { cluster: a }\ndns: { workers: 2, listen: [${Array.from({ length: addresses }, (_, i) => `"127.0.0.${i + 1}:53"`).join()}] }\nclusters:\n- { id: a, source: { kubeconfig: { path: ./a } } }\n`,
        )
      expect(on(count) - on(1)).toBe((count - 1) * (1 + 2 + 1))
    },
  )

  test.each([0, 1, 4, 63, 640])('of %i more as many as that are enough, one less are not', (more) => {
    expect(() => expectFiles(more, { limit: more + 20, used: 20 })).not.toThrow()
    expect(() => expectFiles(more, { limit: more + 19, used: 20 })).toThrow(/open files is/)
    expect(() => expectFiles(more, { limit: Number.POSITIVE_INFINITY, used: 0 })).not.toThrow()
  })
})
