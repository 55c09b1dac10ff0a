/** Kubeconfig files. */

import { stringify } from 'yaml'
import type { Credentials } from './client.ts'

/** One cluster, one user, one context, all named after the cluster; nothing in it points at other files. */
export function kubeconfig(cluster: string, url: string, credentials: Credentials): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': cluster,
    contexts: [{ name: cluster, context: { cluster, user: cluster } }],
    clusters: [
      { name: cluster, cluster: { server: url, 'certificate-authority-data': base64(credentials.ca) } },
    ],
    users: [{ name: cluster, user: userOf(credentials) }],
  })
}

function userOf({ token, cert, key }: Credentials): Record<string, string> {
  if (token !== undefined) return { token }
  if (cert === undefined || key === undefined) return {}
  return { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')
