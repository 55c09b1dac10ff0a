/** What a command prints to where no room is left. */
import { closeSync, openSync } from 'node:fs'
import { exported, type Written } from '../../support/manifests.ts'

/** Renders to more than a pipe holds. */
const MANY = Array.from({ length: 800 }, (_, i) =>
  exported({ name: `service-number-${i}`, clusterIP: `10.101.${i >> 8}.${i & 255}`, pods: ['10.1.0.1'] }),
)
export const SPEC: Written = {
  clusters: {
    east: {
      'many.json': JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: MANY.flatMap((text) => JSON.parse(text).items),
      }),
    },
  },
  config: { log: { level: 'info' } },
}

export async function withFull<T>(use: (fd: number) => Promise<T>): Promise<T> {
  const fd = openSync('/dev/full', 'w')
  try {
    return await use(fd)
  } finally {
    closeSync(fd)
  }
}
