/** A cluster's CoreDNS as Kubernetes runs it: a Deployment, a Service and the ConfigMap that people edit. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from '../build.ts'
import { type Manifest, readManifests } from '../manifest.ts'
import type { Seat } from './fabric.ts'
import { type Images, imageOfProgram } from './image.ts'

/** The Service's ClusterIP is the one that Pods' resolv.conf names. */
export function clusterDns(address: string): Manifest[] {
  const text = readFileSync(join(import.meta.dirname, 'coredns.yaml'), 'utf8')
  return readManifests(text.replace('ADDRESS', address))
}

/** What that Deployment runs. */
export async function clusterDnsImages(): Promise<Images> {
  return { 'registry.k8s.io/coredns/coredns': imageOfProgram(await build('coredns'), 'coredns') }
}

/** Throws while a place in the cluster does not get the API server's address from it. */
export async function clusterDnsAnswers(seat: Seat): Promise<void> {
  const out = await seat.run('dig', '+short', '+time=1', '+tries=1', 'kubernetes.default.svc.cluster.local')
  if (!/^10\./.test(out)) throw new Error(`dig says ${JSON.stringify(out)}`)
}
