/** A cluster's CoreDNS as Kubernetes runs it: a Deployment, a Service and the ConfigMap that people edit. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from '../build.ts'
import { type Manifest, readManifests } from '../manifest.ts'
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
