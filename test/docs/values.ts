/** `yaml` blocks of chart values: the keys they may have, and the configuration that the chart makes of them. */
import { parse } from 'yaml'
import { readPage } from './markdown.ts'
import { isRecord } from './yaml.ts'

type Values = Readonly<Record<string, unknown>>

const defaults: unknown = parse(readPage('chart/values.yaml').text)

/** Paths that chart/values.yaml does not have. Below an empty map there anything may stand, and in `config`, which has a test of its own. */
export const strangeKeys = (values: unknown): readonly string[] => strange(values, defaults, '')

function strange(values: unknown, known: unknown, path: string): readonly string[] {
  if (!isRecord(values) || !isRecord(known) || Object.keys(known).length === 0) return []
  return Object.entries(values).flatMap(([key, value]) => {
    const at = path === '' ? key : `${path}.${key}`
    if (at === 'config') return []
    return key in known ? strange(value, known[key], at) : [at]
  })
}

/** meridian.yaml as docs/reference/chart.md says that the chart fills it in. */
export function configurationOf(values: unknown): Values {
  const { local, config } = isRecord(values) ? values : {}
  const own = isRecord(config) ? config : {}
  const here = isRecord(local) ? local['cluster'] : undefined
  const clusters = recordsIn(own['clusters']).map((one) =>
    one['id'] === here ? { source: { inCluster: true }, ...one } : one,
  )
  const isListed = here === undefined || clusters.some(({ id }) => id === here)
  return {
    ...own,
    clusters: isListed ? clusters : [{ id: here, source: { inCluster: true } }, ...clusters],
    registries: recordsIn(own['registries'] ?? [{ secrets: {} }]).map(({ secrets }) => ({
      secrets: { namespace: 'meridian', ...(isRecord(secrets) ? secrets : {}) },
    })),
  }
}

const recordsIn = (value: unknown): readonly Values[] => (Array.isArray(value) ? value.filter(isRecord) : [])
