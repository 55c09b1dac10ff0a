/** The real Helm over our chart, without a cluster. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Manifest, newDirectory, readManifests } from '../ground/index.ts'

export const CHART = fileURLToPath(new URL('../../../chart', import.meta.url))

export interface Ran {
  readonly status: number
  readonly out: string
  readonly err: string
}

/** Its caches and settings, so that nobody's own are read or written. */
const home = newDirectory('helm')

/** Runs helm to its end. `env` may name a kubeconfig. */
export async function helm(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const program = await build('helm')
  const places = { HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home }
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env['PATH'], HOME: home, ...places, ...env }, maxBuffer: 2 ** 26 }
    execFile(program, args, options, (error, out, err) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      resolve({ status, out, err })
    })
  })
}

/** `chart/ci/NAME.yaml`, as Helm takes it. */
export const example = (name: string): readonly string[] => ['--values', join(CHART, 'ci', `${name}.yaml`)]

/** The objects that the chart makes of values, in namespace meridian; rejects with what Helm says is wrong. */
export async function template(values: readonly string[]): Promise<readonly Manifest[]> {
  const { status, out, err } = await helm([
    'template',
    'meridian',
    CHART,
    '--namespace',
    'meridian',
    ...values,
  ])
  if (status !== 0) throw new Error(err)
  return readManifests(out)
}

/** What Helm prints after an installation. */
export async function notes(values: readonly string[]): Promise<string> {
  const { status, out, err } = await helm([
    ...['install', 'meridian', CHART, '--namespace', 'meridian', '--dry-run=client'],
    ...values,
  ])
  if (status !== 0) throw new Error(err)
  return out.slice(out.indexOf('\nNOTES:') + 8)
}
