/** What the controller manager puts into every namespace, and how it empties one that is deleted. */

import { isFields, type Manifest } from '../manifest.ts'
import type { Mirror } from './mirror.ts'
import { create } from './writes.ts'

const ROOT_CA = 'kube-root-ca.crt'

/** A service account `default`, and the CA that clients inside the cluster are to trust. */
export async function furnish(mirror: Mirror, ca: string): Promise<void> {
  for (const { metadata, status } of mirror.namespaces.all) {
    if (status.phase !== 'Active') await empty(mirror, metadata.name)
    else await furnishOne(mirror, metadata.name, ca)
  }
}

async function furnishOne(
  { client, serviceAccounts, configMaps }: Mirror,
  namespace: string,
  ca: string,
): Promise<void> {
  if (!serviceAccounts.items.has(`${namespace}/default`)) {
    const account: Manifest = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace },
    }
    await create(client, serviceAccounts, account)
  }
  if (!configMaps.items.has(`${namespace}/${ROOT_CA}`)) {
    const metadata = { name: ROOT_CA, namespace }
    await create(client, configMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: { 'ca.crt': ca },
    })
  }
}

/** Everything of every kind in it, again and again until nothing is left; then the namespace may go. */
async function empty({ client, pods }: Mirror, namespace: string): Promise<void> {
  for (const path of await collectionsOf(client, namespace)) await client.request('DELETE', path)
  if (pods.all.some(({ metadata }) => metadata.namespace === namespace)) return
  const { body } = await client.request('GET', `/api/v1/namespaces/${namespace}`)
  if (!isFields(body) || body['kind'] !== 'Namespace') return
  await client.request('PUT', `/api/v1/namespaces/${namespace}/finalize`, {
    ...body,
    spec: { finalizers: [] },
  })
}

async function collectionsOf(client: Mirror['client'], namespace: string): Promise<string[]> {
  const groups = await client.request('GET', '/apis')
  const listed = isFields(groups.body) && Array.isArray(groups.body['groups']) ? groups.body['groups'] : []
  const preferred = listed.map((one: unknown) => (isFields(one) ? one['preferredVersion'] : undefined))
  const versions = preferred.map((one) => (isFields(one) ? `/apis/${one['groupVersion']}` : ''))
  const found = await Promise.all(
    ['/api/v1', ...versions].map((prefix) => deletableIn(client, prefix, namespace)),
  )
  return found.flat()
}

async function deletableIn(client: Mirror['client'], prefix: string, namespace: string): Promise<string[]> {
  const { body } = await client.request('GET', prefix)
  const resources = isFields(body) && Array.isArray(body['resources']) ? body['resources'] : []
  return resources.filter(isDeletable).map(({ name }) => `${prefix}/namespaces/${namespace}/${name}`)
}

const isDeletable = (resource: unknown): resource is { readonly name: string } =>
  isFields(resource) &&
  resource['namespaced'] === true &&
  Array.isArray(resource['verbs']) &&
  resource['verbs'].includes('deletecollection')
