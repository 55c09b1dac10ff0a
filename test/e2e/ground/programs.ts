/** What the ground runs, and which version of it: each folder of programs/ is a Go module whose go.mod says so. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Program {
  readonly name: string
  /** The package to build, as seen from the program's own module. */
  readonly source: string
  /** Of programs/, where it is not the program's own: one module for several, so that what they share is compiled once. */
  readonly folder?: string
  /** The module whose version is the program's, where it is not our own. */
  readonly module?: string
  /** Build tags that leave out what no test needs. */
  readonly tags?: string
}

export const PROGRAMS = {
  tether: { name: 'tether', source: '.' },
  container: { name: 'container', source: '.' },
  'kubelet-api': { name: 'kubelet-api', source: '.', module: 'k8s.io/kubelet' },
  resolver: { name: 'resolver', source: '.' },
  credentials: { name: 'credentials', source: '.' },
  'mcs-crds': { name: 'mcs-crds', source: '.', module: 'sigs.k8s.io/mcs-api' },
  etcd: { name: 'etcd', source: 'go.etcd.io/etcd/server/v3', module: 'go.etcd.io/etcd/server/v3' },
  coredns: { name: 'coredns', source: '.', module: 'github.com/coredns/coredns' },
  'coredns-1.12': { name: 'coredns-1.12', source: '.', module: 'github.com/coredns/coredns' },
  actionlint: {
    name: 'actionlint',
    source: 'github.com/rhysd/actionlint/cmd/actionlint',
    module: 'github.com/rhysd/actionlint',
  },
  dockerfile: { name: 'dockerfile', source: '.', module: 'github.com/moby/buildkit' },
  helm: { name: 'helm', source: 'helm.sh/helm/v4/cmd/helm', module: 'helm.sh/helm/v4' },
  kubectl: { name: 'kubectl', source: 'k8s.io/kubernetes/cmd/kubectl', module: 'k8s.io/kubernetes' },
  promtool: {
    name: 'promtool',
    source: 'github.com/prometheus/prometheus/cmd/promtool',
    module: 'github.com/prometheus/prometheus',
    tags: 'remove_all_sd',
  },
  'kube-apiserver': {
    name: 'kube-apiserver',
    source: 'k8s.io/kubernetes/cmd/kube-apiserver',
    module: 'k8s.io/kubernetes',
  },
  'kube-apiserver-1.25': apiServer('kube-apiserver-1.25'),
  'kube-apiserver-newest': apiServer('kube-apiserver-newest'),
  'kube-controller-manager': kubernetes('kube-controller-manager'),
  'kube-scheduler': kubernetes('kube-scheduler'),
  'kube-proxy': kubernetes('kube-proxy'),
} as const satisfies Readonly<Record<string, Program>>

export type ProgramName = keyof typeof PROGRAMS

/** API servers: that of the ground, the oldest that a member may have, and the newest that there is. */
export const API_SERVERS = [
  'kube-apiserver-1.25',
  'kube-apiserver',
  'kube-apiserver-newest',
] as const satisfies readonly ProgramName[]

export type ApiServerProgram = (typeof API_SERVERS)[number]

export const PROGRAMS_FOLDER = join(import.meta.dirname, 'programs')

export const folderOf = (program: Program): string => join(PROGRAMS_FOLDER, program.folder ?? program.name)

/** One of those that need more of Kubernetes than its API server does. */
function kubernetes<const Name extends string>(name: Name) {
  const source = `k8s.io/kubernetes/cmd/${name}`
  return { name, source, folder: 'kubernetes', module: 'k8s.io/kubernetes' } as const
}

/** One of another version than the ground's. */
function apiServer<const Name extends string>(name: Name) {
  return { name, source: 'k8s.io/kubernetes/cmd/kube-apiserver', module: 'k8s.io/kubernetes' } as const
}

/** The files that decide what is built. */
export function sourcesOf(program: Program): Buffer[] {
  const code = readdirSync(folderOf(program)).filter((file) => file.endsWith('.go'))
  const files = ['go.mod', 'go.sum', ...code.sort()].map((file) => join(folderOf(program), file))
  return files.flatMap(readIfThere)
}

function readIfThere(path: string): Buffer[] {
  try {
    return [readFileSync(path)]
  } catch {
    return []
  }
}

/** As in go.mod: `v1.35.4`. Empty for our own programs. */
export function versionOf(program: Program): string {
  if (program.module === undefined) return ''
  const goMod = readFileSync(join(folderOf(program), 'go.mod'), 'utf8')
  const line = goMod
    .split('\n')
    .find((one) => one.replace('require', '').trim().startsWith(`${program.module} v`))
  const version = /\sv\S+/.exec(line ?? '')?.[0].trim()
  if (version === undefined) throw new Error(`${folderOf(program)}/go.mod requires no ${program.module}`)
  return version
}

/** Clients and feature gates look at the version, which Kubernetes' own build scripts stamp into it. */
export function linkerFlagsOf(program: Program): string {
  const flags = ['-s', '-w']
  if (program.module === 'k8s.io/kubernetes') flags.push(...kubernetesVersion(versionOf(program)))
  return flags.join(' ')
}

function kubernetesVersion(version: string): string[] {
  const [major = '', minor = ''] = version.slice(1).split('.')
  const stamps = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' }
  // API servers told that of client-go, once.
  const packages = [
    'k8s.io/component-base/version',
    ...(Number(minor) < 30 ? ['k8s.io/client-go/pkg/version'] : []),
  ]
  return packages.flatMap((one) =>
    Object.entries(stamps).map(([name, value]) => `-X ${one}.${name}=${value}`),
  )
}
