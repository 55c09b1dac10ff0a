/** The objects of every example of values, rendered once for a file of tests. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, parseConfig } from '../../../src/app/config/index.ts'
import type { Manifest } from '../ground/index.ts'
import { CHART, example, template } from './helm.ts'
import { at, listAt, ofKind, one } from './objects.ts'

/** The least that must be said. */
export const HERE = ['--set', 'local.cluster=cluster-east'] as const

export const EXAMPLES = readdirSync(join(CHART, 'ci')).map((file) => file.replace('.yaml', ''))

/** Names for `rendered`. */
export const ALL: readonly string[] = ['defaults', ...EXAMPLES]

export const valuesOf = (name: string): readonly string[] => (name === 'defaults' ? HERE : example(name))

const objects = new Map<string, readonly Manifest[]>()

/** For beforeAll. */
export async function renderAll(): Promise<void> {
  for (const name of ALL) objects.set(name, await template(valuesOf(name)))
}

export const rendered = (name: string): readonly Manifest[] => objects.get(name) ?? []

/** Where a Deployment has its one container. */
export const CONTAINER = 'spec.template.spec.containers.0'

/** The configuration as the server reads it: the ConfigMap's file, under the container's environment. */
export function configOf(all: readonly Manifest[]): Config {
  const [deployment] = ofKind(all, 'Deployment')
  const env = Object.fromEntries(
    listAt(deployment, `${CONTAINER}.env`).map((variable) => [
      String(at(variable, 'name')),
      String(at(variable, 'value')),
    ]),
  )
  const [text] = Object.values(Object(at(one(all, 'ConfigMap', 'meridian'), 'data')))
  return parseConfig(String(text), '/etc/meridian/meridian.yaml', { env })
}
