/** One cluster of the two as a spec sees it, in the namespace of that spec. */

import { execFile } from 'node:child_process'
import { type Fields, isFields, type Manifest } from '../../ground/index.ts'
import type { Site } from './ground.ts'
import { NAME, REQUEST } from './objects.ts'

/** As the suite's: what a command may take. */
const EXEC_MS = 10_000

const MCS = 'multicluster.x-k8s.io/v1beta1'
const SOURCE = 'multicluster.kubernetes.io/source-cluster'
const SERVICE = 'multicluster.kubernetes.io/service-name'

export interface Tools {
  readonly kubectl: string
  readonly kubeconfig: string
}

export interface Endpoint {
  readonly addresses: readonly string[]
  readonly hostname: string
  readonly ready: boolean
}

export interface Slice {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly family: string
  readonly endpoints: readonly Endpoint[]
}

export class Member {
  readonly id: string
  readonly #site: Site
  readonly #namespace: string
  readonly #tools: Tools

  constructor(site: Site, namespace: string, tools: Tools) {
    this.id = site.id
    this.#site = site
    this.#namespace = namespace
    this.#tools = tools
  }

  get namespace(): string {
    return this.#namespace
  }

  /** And its namespace, if this is the first. */
  async create(object: Manifest): Promise<void> {
    await this.#site.cluster.apply([
      { ...object, metadata: { ...object.metadata, namespace: this.#namespace } },
    ])
  }

  /** In the background. */
  async removeNamespace(): Promise<void> {
    await this.#site.cluster.admin.delete({ apiVersion: 'v1', kind: 'Namespace', name: this.#namespace })
  }

  async unexport(): Promise<void> {
    await this.#site.cluster.admin.delete({
      apiVersion: MCS,
      kind: 'ServiceExport',
      name: NAME,
      namespace: this.#namespace,
    })
  }

  /** Undefined if there is none. */
  get(apiVersion: string, kind: string, name: string): Promise<Manifest | undefined> {
    return this.#all(apiVersion, kind).then((all) => all.find(({ metadata }) => metadata.name === name))
  }

  serviceImport = (): Promise<Manifest | undefined> => this.get(MCS, 'ServiceImport', NAME)

  service = (): Promise<Manifest | undefined> => this.get('v1', 'Service', NAME)

  async isRequestRunning(): Promise<boolean> {
    const pod = await this.get('v1', 'Pod', REQUEST)
    return isFields(pod?.['status']) && pod['status']['phase'] === 'Running'
  }

  /** Of its ServiceExport: type and status. */
  async conditions(): Promise<Readonly<Record<string, string>>> {
    const found = await this.get(MCS, 'ServiceExport', NAME)
    const status = isFields(found?.['status']) ? found['status'] : {}
    const entries = listOf(status['conditions']).map(({ type, status: is }) => [String(type), String(is)])
    return Object.fromEntries(entries)
  }

  /** The addresses of the Pods behind the service, in its own cluster. */
  async podAddresses(): Promise<string[]> {
    const pods = await this.#all('v1', 'Pod')
    return pods
      .filter(({ metadata }) => textsOf(metadata['labels'])['app'] === NAME)
      .flatMap((pod) => (isFields(pod['status']) ? (pod['status']['podIP'] ?? []) : []))
      .map(String)
  }

  /** What the cluster's own controller made for the service. */
  async ownSlices(): Promise<Slice[]> {
    return (await this.#slices()).filter(({ labels }) => labels['kubernetes.io/service-name'] === NAME)
  }

  /** Those with both labels of the Multi-Cluster Services API. */
  async mcsSlices(): Promise<Slice[]> {
    const all = await this.#slices()
    return all.filter(({ labels }) => SOURCE in labels && SERVICE in labels && labels[SERVICE] === NAME)
  }

  /** What a command prints in the Pod that is there for it; nothing if it fails or takes too long. */
  run(...command: readonly string[]): Promise<string> {
    const { kubectl, kubeconfig } = this.#tools
    const where = ['--kubeconfig', kubeconfig, '--context', this.id, '-n', this.#namespace]
    const line = [...where, 'exec', REQUEST, '--', ...command]
    return new Promise((resolve) => {
      execFile(kubectl, line, { timeout: EXEC_MS }, (error, out) => resolve(error === null ? out : ''))
    })
  }

  async #slices(): Promise<Slice[]> {
    return (await this.#all('discovery.k8s.io/v1', 'EndpointSlice')).map(sliceOf)
  }

  #all(apiVersion: string, kind: string): Promise<Manifest[]> {
    return this.#site.cluster.admin.list(apiVersion, kind, this.#namespace)
  }
}

export const sourceOf = ({ labels }: Slice): string => labels[SOURCE] ?? ''

export const managerOf = ({ labels }: Slice): string => labels['endpointslice.kubernetes.io/managed-by'] ?? ''

const sliceOf = (object: Manifest): Slice => ({
  name: object.metadata.name,
  labels: textsOf(object.metadata['labels']),
  family: String(object['addressType']),
  endpoints: listOf(object['endpoints']).map(({ addresses, hostname, conditions }) => ({
    addresses: Array.isArray(addresses) ? addresses.map(String) : [],
    hostname: typeof hostname === 'string' ? hostname : '',
    ready: !isFields(conditions) || conditions['ready'] !== false,
  })),
})

/** Of labels or annotations. */
export const textsOf = (table: unknown): Record<string, string> =>
  isFields(table) ? Object.fromEntries(Object.entries(table).map(([key, value]) => [key, String(value)])) : {}

export const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : [])
