/** Kubeconfig files. */

import { stringify } from 'yaml'
import type { Credentials } from './client.ts'

/** Where a cluster's API server is, and as whom it is asked. */
export interface Access extends Credentials {
  readonly name: string
  readonly url: string
}

/** One cluster, one user, one context, all named after the cluster; nothing in it points at other files. */
export const kubeconfig = (name: string, url: string, credentials: Credentials): string =>
  kubeconfigFor([{ name, url, ...credentials }])

/** The same for several: the first is the current one. */
export const kubeconfigFor = (all: readonly Access[]): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': all[0]?.name,
    contexts: all.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
    clusters: all.map(({ name, url, ca }) => ({
      name,
      cluster: { server: url, 'certificate-authority-data': base64(ca) },
    })),
    users: all.map((one) => ({ name: one.name, user: userOf(one) })),
  })

function userOf({ token, cert, key }: Credentials): Record<string, string> {
  if (token !== undefined) return { token }
  if (cert === undefined || key === undefined) return {}
  return { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')
