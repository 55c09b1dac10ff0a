/** A cluster as far as Meridian sees one: a real API server over a real etcd, with RBAC on and nothing behind it. */

import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.ts'
import { type Credentials, KubeClient, refOf } from './client.ts'
import { apiServer, etcdServer, type Flags, LOOPBACK, type Place } from './control-plane.ts'
import { Authority, type Certificate } from './credentials.ts'
import { eventually } from './deadline.ts'
import { kubeconfig } from './kubeconfig.ts'
import { type Manifest, readManifests } from './manifest.ts'
import { freePort } from './ports.ts'
import type { ApiServerProgram } from './programs.ts'
import { newDirectory, removeDirectory } from './scene.ts'
import type { Server } from './server.ts'
import { mintToken, requestToken } from './tokens.ts'

const CRDS_MS = 60_000
const MCS_VERSIONS = ['v1alpha1', 'v1beta1']

export interface ClusterOptions {
  /** Where its ClusterIPs come from, IPv4 first. */
  readonly serviceCIDRs?: readonly string[]
  /** Flags of its kube-apiserver, by name without the dashes: beyond those of the ground, or in their place. */
  readonly flags?: Readonly<Record<string, string>>
  /** Its API server, where it is not the ground's. */
  readonly apiServer?: ApiServerProgram
  /** Where its API server listens, and what it says of itself in the Service `kubernetes`: loopback, unless pods run. */
  readonly address?: string
  /** False for a cluster without the Multi-Cluster Services API. */
  readonly crds?: boolean
  /** False for a cluster without a service account for Meridian: its chart brings one. */
  readonly reader?: boolean
}

/** Resolves when its API server is ready, the CRDs are served and Meridian's service account may read. */
export async function startCluster(id: string, options: ClusterOptions = {}): Promise<Cluster> {
  const directory = newDirectory(id)
  const address = options.address ?? LOOPBACK
  const [port, etcdPort, etcdPeerPort] = [await freePort(), await freePort(), await freePort()]
  const authority = await newAuthority(directory, namesOf(address, cidrsOf(options)))
  const cluster = new Cluster({ id, directory, address, port, etcdPort, etcdPeerPort }, authority, options)
  try {
    await cluster.etcd.start()
    await cluster.apiServer.start()
    if (options.crds !== false) await cluster.installCrds()
    if (options.reader !== false) await cluster.admitReader()
    return cluster
  } catch (error) {
    await cluster.close()
    throw error
  }
}

async function newAuthority(directory: string, addresses: readonly string[]): Promise<Authority> {
  const authority = new Authority(join(directory, 'pki'))
  mkdirSync(authority.directory)
  const server = { name: 'server', commonName: 'kube-apiserver', addresses }
  const admin = { name: 'admin', commonName: 'admin', organizations: ['system:masters'] }
  await authority.issue([server, admin], ['service-account'])
  return authority
}

/** What an API server is called: where it listens, and what pods call it. */
function namesOf(address: string, serviceCIDRs: readonly string[]): string[] {
  const inCluster = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc']
  const ofService = serviceCIDRs.filter((one) => !one.includes(':')).map(firstAddress)
  return [LOOPBACK, 'localhost', address, ...inCluster, ...ofService]
}

/** Of an IPv4 CIDR: the ClusterIP of the Service `kubernetes`. */
const firstAddress = (cidr: string): string =>
  cidr.replace(/\d+\/.*$/, (end) => `${Number.parseInt(end, 10) + 1}`)

export class Cluster {
  readonly id: string
  readonly directory: string
  /** `https://127.0.0.1:<port>`, or of the address given; the same after a restart. */
  readonly url: string
  readonly etcdUrl: string
  readonly etcd: Server
  readonly apiServer: Server
  /** May do everything. */
  readonly admin: KubeClient
  /** Kubeconfig files: one that may do everything, by a client certificate; one of Meridian's service account. */
  readonly adminKubeconfig: string
  readonly readerKubeconfig: string
  readonly #authority: Authority

  constructor(place: Place, authority: Authority, options: ClusterOptions) {
    this.id = place.id
    this.directory = place.directory
    this.url = `https://${place.address}:${place.port}`
    this.etcdUrl = `http://127.0.0.1:${place.etcdPort}`
    this.#authority = authority
    this.admin = new KubeClient(this.url, authority.client('admin'))
    this.adminKubeconfig = this.writeKubeconfig('admin', authority.client('admin'))
    this.readerKubeconfig = join(place.directory, 'reader.kubeconfig')
    this.etcd = etcdServer(place)
    this.apiServer = apiServer(
      place,
      authority,
      this.admin,
      flagsOf(options),
      options.apiServer ?? 'kube-apiserver',
    )
  }

  /** kill -9 of the API server: its port refuses connections. Its data stay. */
  kill(): Promise<void> {
    return this.apiServer.kill()
  }

  /** SIGSTOP of the API server: its port accepts connections and says nothing. */
  freeze(): void {
    this.apiServer.freeze()
  }

  thaw(): void {
    this.apiServer.thaw()
  }

  /** The API server's own way to go: it ends watches first. */
  stop(): Promise<void> {
    return this.apiServer.stop()
  }

  /** After kill or stop: the same port, the same data. Resolves when it is ready. */
  restart(): Promise<void> {
    return this.apiServer.start()
  }

  /** Objects in the order given, and first the namespaces they are in. */
  async apply(manifests: readonly Manifest[]): Promise<void> {
    const namespaces = new Set(manifests.flatMap(({ metadata }) => metadata.namespace ?? []))
    for (const name of namespaces) {
      await this.admin.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
    }
    for (const one of manifests) await this.admin.apply(one)
  }

  /** Resolves when both versions of both kinds are served. */
  async installCrds(): Promise<void> {
    await this.apply(await mcsCrds())
    await eventually(`the CRDs of ${this.id} are served`, CRDS_MS, () => this.#listMcsKinds())
  }

  /** All ServiceExports and ServiceImports go with them. Resolves when the kinds are no longer served. */
  async removeCrds(): Promise<void> {
    for (const crd of await mcsCrds()) await this.admin.delete(refOf(crd))
    await eventually(`the CRDs of ${this.id} are gone`, CRDS_MS, () => this.#missMcsGroup())
  }

  /** Creates Meridian's service account (reader.yaml) and writes `readerKubeconfig` with a token for it. */
  async admitReader(): Promise<void> {
    await this.apply(readManifests(readFileSync(join(import.meta.dirname, 'reader.yaml'), 'utf8')))
    this.writeKubeconfig('reader', { ...this.#authority.anonymous(), token: await this.token() })
  }

  /** A token of Meridian's service account, from the API server. */
  token(seconds = 3600): Promise<string> {
    return requestToken(this.admin, seconds)
  }

  /** One that expires sooner than the API server would allow: at once, or in the past. */
  mintToken(seconds: number): Promise<string> {
    const key = readFileSync(this.#authority.file('service-account.key'), 'utf8')
    return mintToken(this.admin, key, seconds)
  }

  clientWithToken(token: string): KubeClient {
    return new KubeClient(this.url, { ...this.#authority.anonymous(), token })
  }

  credentialsWithToken(token: string): Credentials {
    return { ...this.#authority.anonymous(), token }
  }

  /** Of one that may do everything. */
  adminCredentials(): Required<Omit<Credentials, 'token'>> {
    const { ca, cert = '', key = '' } = this.#authority.client('admin')
    return { ca, cert, key }
  }

  /** A certificate of this cluster's CA; `server` anew is the API server's own, which it notices within a minute. */
  async issue(certificate: Certificate): Promise<Credentials> {
    await this.#authority.issue([certificate])
    return this.#authority.client(certificate.name)
  }

  /** `<name>.kubeconfig` in the cluster's directory, replaced if it is there. Returns its path. */
  writeKubeconfig(name: string, credentials: Credentials): string {
    const path = join(this.directory, `${name}.kubeconfig`)
    writeFileSync(path, kubeconfig(this.id, this.url, credentials), { mode: 0o600 })
    return path
  }

  logTails(): string {
    return [this.etcd, this.apiServer].map((one) => one.logTail()).join('\n')
  }

  /** Ends its servers and removes its files. */
  async close(): Promise<void> {
    this.admin.close()
    await this.apiServer.kill()
    await this.etcd.kill()
    removeDirectory(this.directory)
  }

  async #listMcsKinds(): Promise<void> {
    for (const version of MCS_VERSIONS) {
      for (const kind of ['ServiceExport', 'ServiceImport']) {
        await this.admin.list(`multicluster.x-k8s.io/${version}`, kind)
      }
    }
  }

  async #missMcsGroup(): Promise<void> {
    const { status } = await this.admin.request('GET', '/apis/multicluster.x-k8s.io')
    if (status !== 404) throw new Error(`/apis/multicluster.x-k8s.io: ${status}`)
  }
}

const cidrsOf = ({ serviceCIDRs }: ClusterOptions): readonly string[] =>
  serviceCIDRs ?? ['10.96.0.0/16', 'fd00:10:96::/112']

const flagsOf = (options: ClusterOptions): Flags => ({
  'service-cluster-ip-range': cidrsOf(options).join(','),
  ...options.flags,
})

async function mcsCrds(): Promise<Manifest[]> {
  return readManifests(execFileSync(await build('mcs-crds'), { encoding: 'utf8' }))
}
