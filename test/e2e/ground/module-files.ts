/** Files of Go modules that are no code, such as CRDs: each of one version, which a go.mod of programs/ says, and go.sum holds. */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { goCommand, goEnvironment } from './build.ts'
import { type Manifest, readManifests } from './manifest.ts'
import { PROGRAMS_FOLDER } from './programs.ts'

const DOWNLOAD_MS = 120_000

/** Istio's own CustomResourceDefinitions of those kinds. */
export const istioCrds = (kinds: readonly string[]): Manifest[] =>
  readManifests(fileOf('istio-crds', 'istio.io/api', 'kubernetes/customresourcedefinitions.gen.yaml')).filter(
    ({ metadata }) => kinds.some((kind) => metadata.name.startsWith(`${kind}.`)),
  )

/** The CustomResourceDefinition of ClusterProfiles. */
export const clusterProfileCrds = (): Manifest[] =>
  readManifests(
    fileOf(
      'cluster-inventory-crds',
      'sigs.k8s.io/cluster-inventory-api',
      'config/crd/bases/multicluster.x-k8s.io_clusterprofiles.yaml',
    ),
  )

const KUBEFED = ['kubefed-crds', 'sigs.k8s.io/kubefed'] as const

/** KubeFed's, of its clusters and its control plane, and of what it federates. */
export const kubefedCrds = (kinds: readonly string[]): Manifest[] =>
  ['charts/kubefed/charts/controllermanager/crds/crds.yaml', 'charts/kubefed/crds/crds.yaml']
    .flatMap((path) => readManifests(fileOf(...KUBEFED, path)))
    .filter(({ metadata }) => kinds.some((kind) => metadata.name.startsWith(`${kind}.`)))

function fileOf(folder: string, module: string, path: string): string {
  const go = (...line: readonly string[]): string =>
    execFileSync(goCommand(), line, {
      cwd: join(PROGRAMS_FOLDER, folder),
      env: goEnvironment(),
      encoding: 'utf8',
      timeout: DOWNLOAD_MS,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  go('mod', 'download', module)
  return readFileSync(join(go('list', '-m', '-f', '{{.Dir}}', module).trim(), path), 'utf8')
}
