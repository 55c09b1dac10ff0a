/** The servers of one cluster: an etcd, and a kube-apiserver in front of it, on loopback. */

import { join } from 'node:path'
import type { KubeClient } from './client.ts'
import type { Authority } from './credentials.ts'
import type { ApiServerProgram } from './programs.ts'
import { Server } from './server.ts'
import { ISSUER } from './tokens.ts'

/** Generous: three of them may start at once on two busy cores. */
const READY_MS = 180_000
const PROBE_MS = 2_000

export const LOOPBACK = '127.0.0.1'

export interface Place {
  readonly id: string
  readonly directory: string
  /** Where the API server listens. */
  readonly address: string
  readonly port: number
  readonly etcdPort: number
  readonly etcdPeerPort: number
}

/** Without fsync: the data outlive any process here, and need not outlive the machine. */
export function etcdServer({ id, directory, etcdPort, etcdPeerPort }: Place): Server {
  const client = `http://127.0.0.1:${etcdPort}`
  const peer = `http://127.0.0.1:${etcdPeerPort}`
  const flags = {
    name: id,
    'data-dir': join(directory, 'etcd'),
    'unsafe-no-fsync': 'true',
    'log-level': 'warn',
    'listen-client-urls': client,
    'advertise-client-urls': client,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `${id}=${peer}`,
  }
  return new Server({
    title: `etcd of ${id}`,
    program: 'etcd',
    arguments: commandLine(flags),
    log: join(directory, 'etcd.log'),
    ready: () => probe(`${client}/health`),
    readyMs: READY_MS,
  })
}

/** Ready when /readyz says so: RBAC's own roles are there by then, and the namespaces of the system. */
export function apiServer(
  place: Place,
  authority: Authority,
  admin: KubeClient,
  flags: Readonly<Flags>,
  program: ApiServerProgram,
): Server {
  return new Server({
    title: `kube-apiserver of ${place.id}`,
    program,
    arguments: commandLine({ ...apiServerFlags(place, authority), ...flags }),
    log: join(place.directory, 'kube-apiserver.log'),
    ready: async () => {
      const { status, body } = await admin.request('GET', '/readyz')
      if (status !== 200) throw new Error(`/readyz: ${status} ${JSON.stringify(body)}`)
    },
    readyMs: READY_MS,
  })
}

/** By name, without the dashes. */
export type Flags = Record<string, string>

const apiServerFlags = ({ address, port, etcdPort, directory }: Place, authority: Authority): Flags => ({
  'etcd-servers': `http://127.0.0.1:${etcdPort}`,
  'bind-address': address,
  'advertise-address': address,
  'secure-port': String(port),
  // No Endpoints object may have a loopback address, so that of the Service `kubernetes` stays empty.
  'endpoint-reconciler-type': address === LOOPBACK ? 'none' : 'lease',
  'cert-dir': directory,
  'tls-cert-file': authority.file('server.crt'),
  'tls-private-key-file': authority.file('server.key'),
  'client-ca-file': authority.caFile,
  'kubelet-client-certificate': authority.file('admin.crt'),
  'kubelet-client-key': authority.file('admin.key'),
  'kubelet-certificate-authority': authority.caFile,
  'kubelet-preferred-address-types': 'InternalIP',
  'anonymous-auth': 'false',
  'authorization-mode': 'RBAC',
  'service-account-issuer': ISSUER,
  'service-account-key-file': authority.file('service-account.pub'),
  'service-account-signing-key-file': authority.file('service-account.key'),
  profiling: 'false',
})

export const commandLine = (flags: Readonly<Flags>): string[] =>
  Object.entries(flags).map(([name, value]) => `--${name}=${value}`)

/** Throws unless the URL answers 200 soon. */
export async function probe(url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_MS) })
  const text = await response.text()
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`)
}
