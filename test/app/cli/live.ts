import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { parseAllDocuments } from 'yaml'
import { pem } from '../../sources/apiserver/fake.ts'
import { kubeconfig } from '../../support/kubeconfig.ts'

/** What an API server holds and allows, and how it behaves. */
export interface Shape {
  /** YAML documents, as manifests have them. */
  readonly objects?: string
  /** Resources of the MCS API by version; null: its CRDs are not there. */
  readonly mcs?: Readonly<Record<string, readonly string[]>> | null
  /** `list secrets`: what may not be done. */
  readonly denied?: readonly string[]
  /** API groups that `/apis` lists. */
  readonly groups?: readonly string[]
  /** Paths that get a status instead of their answer. */
  readonly statuses?: Readonly<Record<string, number>>
  /** Paths that are never answered. */
  readonly hangs?: (path: string) => boolean
  /** Of the About API's ClusterProperty; null: there is no such API. */
  readonly clusterProperty?: string | null
  /** null: the cluster has no ServiceCIDR objects. */
  readonly serviceCIDRs?: readonly string[] | null
  /** How far its clock is ahead, in milliseconds. */
  readonly skewMs?: number
  /** A certificate of test/sources/apiserver/pki; null: no TLS. */
  readonly certificate?: string | null
}

export interface LiveServer {
  readonly url: string
  /** A kubeconfig for it, as text. */
  readonly kubeconfig: (user?: object, cluster?: object) => string
  /** `POST /apis/…`, in order. */
  readonly asked: readonly string[]
  readonly close: () => Promise<void>
}

/** An API server as `check` sees one. It lists; its watches stay open and say nothing. */
export async function startLiveServer(shape: Shape = {}): Promise<LiveServer> {
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    asked.push(`${request.method} ${request.url}`)
    void serve(request, response, shape)
  }
  const server =
    shape.certificate === null ? createServer(answer) : createTlsServer(tlsOf(shape.certificate), answer)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `${shape.certificate === null ? 'http' : 'https'}://127.0.0.1:${port}`
  return {
    url,
    kubeconfig: (user = { token: 'token-of-live' }, cluster = CA) => kubeconfig(url, user, cluster),
    asked,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

const CA = { 'certificate-authority-data': base64(pem('ca')) }

const tlsOf = (name = 'server'): ServerOptions => ({
  cert: pem(name),
  key: pem(`${name}-key`),
})

/** A JWT that says nothing but when it ends, in Unix milliseconds. */
export const tokenUntil = (ms: number): string =>
  ['{}', JSON.stringify({ exp: Math.floor(ms / 1000) }), 'x']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.')

const MCS = '/apis/multicluster.x-k8s.io'
const BOTH = ['serviceexports', 'serviceimports']

async function serve(request: IncomingMessage, response: ServerResponse, shape: Shape): Promise<void> {
  const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://x')
  response.on('error', () => undefined)
  if (shape.hangs?.(path) === true) return
  response.setHeader('date', new Date(Date.now() + (shape.skewMs ?? 0)).toUTCString())
  const plural = path.split('/').at(-1) ?? ''
  const forbidden = request.method === 'GET' && shape.denied?.includes(`list ${plural}`)
  const status = forbidden === true ? 403 : shape.statuses?.[path]
  const value = status === undefined ? await bodyOf(path, request, shape) : undefined
  if (value === undefined) response.writeHead(status ?? 404).end('no')
  else if (query.has('watch')) response.writeHead(200).flushHeaders()
  else response.writeHead(request.method === 'POST' ? 201 : 200).end(JSON.stringify(value))
}

async function bodyOf(path: string, request: IncomingMessage, shape: Shape): Promise<unknown> {
  const {
    mcs = { v1beta1: BOTH, v1alpha1: BOTH },
    clusterProperty = null,
    serviceCIDRs = null,
    groups = [],
  } = shape
  if (path === '/version') return { gitVersion: 'v1.36.1' }
  if (path === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews') return review(request, shape)
  if (path === '/apis') return { groups: groups.map((name) => ({ name })) }
  if (path === MCS) return mcs === null ? undefined : group(Object.keys(mcs))
  if (path === '/apis/about.k8s.io') return clusterProperty === null ? undefined : group(['v1beta1'])
  if (path === '/apis/about.k8s.io/v1beta1/clusterproperties/cluster.clusterset.k8s.io')
    return { spec: { value: clusterProperty } }
  if (path === '/apis/networking.k8s.io/v1/servicecidrs')
    return serviceCIDRs === null ? undefined : { items: [{ spec: { cidrs: serviceCIDRs } }] }
  const version = /^\/apis\/multicluster\.x-k8s\.io\/([^/]+)$/.exec(path)?.[1]
  if (version !== undefined) return { resources: (mcs?.[version] ?? []).map((name) => ({ name })) }
  return listOf(path.split('/').at(-1) ?? '', shape)
}

const group = (versions: readonly string[]) => ({ versions: versions.map((version) => ({ version })) })

async function review(request: IncomingMessage, { denied = [] }: Shape): Promise<unknown> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  const { spec } = JSON.parse(Buffer.concat(parts).toString('utf8'))
  const { verb, resource } = spec.resourceAttributes
  return { status: { allowed: !denied.includes(`${verb} ${resource}`) } }
}

const PLURALS: Readonly<Record<string, string>> = {
  Service: 'services',
  EndpointSlice: 'endpointslices',
  ServiceExport: 'serviceexports',
  ServiceImport: 'serviceimports',
  Secret: 'secrets',
  Namespace: 'namespaces',
}

function listOf(plural: string, { objects = '' }: Shape): unknown {
  const all = parseAllDocuments(objects).map((document) => document.toJS())
  const items = all.filter((one) => PLURALS[one?.kind] === plural)
  return { kind: 'List', metadata: { resourceVersion: '1' }, items }
}
