import type { Cluster } from '../ground/index.ts'
import { fieldOf } from './objects.ts'

/**
 * Makes the cluster's etcd forget all revisions before the newest, as the API server does every five minutes: what
 * was listed or watched before can no longer be continued.
 */
export async function compact(cluster: Cluster): Promise<void> {
  const found = await post(cluster, '/v3/kv/range', { key: Buffer.from('a').toString('base64') })
  const revision = fieldOf(fieldOf(found, 'header'), 'revision')
  await post(cluster, '/v3/kv/compaction', { revision, physical: true })
}

async function post({ etcdUrl }: Cluster, path: string, body: object): Promise<unknown> {
  const signal = AbortSignal.timeout(10_000)
  const response = await fetch(`${etcdUrl}${path}`, { method: 'POST', body: JSON.stringify(body), signal })
  const text = await response.text()
  if (!response.ok) throw new Error(`etcd ${path}: ${response.status} ${text}`)
  return JSON.parse(text)
}
