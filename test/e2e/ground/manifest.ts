/** Kubernetes objects as the tests write them: whatever has a kind and a name. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'

export type Fields = { readonly [field: string]: unknown }

export interface Manifest extends Fields {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: Metadata
}

export interface Metadata extends Fields {
  readonly name: string
  readonly namespace?: string
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function isManifest(value: unknown): value is Manifest {
  if (!isFields(value) || !isFields(value['metadata'])) return false
  return [value['apiVersion'], value['kind'], value['metadata']['name']].every(
    (one) => typeof one === 'string',
  )
}

/** The objects of YAML text: of its documents, and of the Lists among them. */
export function readManifests(text: string): Manifest[] {
  return parseAllDocuments(text).flatMap((document) => objectsIn(document.toJS()))
}

/** The objects of all YAML files of a directory, in the order of their names. */
export function readManifestsIn(directory: string): Manifest[] {
  const files = readdirSync(directory).filter((name) => name.endsWith('.yaml'))
  return files.sort().flatMap((name) => readManifests(readFileSync(join(directory, name), 'utf8')))
}

function objectsIn(value: unknown): Manifest[] {
  if (isFields(value) && Array.isArray(value['items'])) return value['items'].flatMap(objectsIn)
  if (value === null || value === undefined) return []
  if (!isManifest(value)) throw new Error(`not a Kubernetes object: ${JSON.stringify(value).slice(0, 200)}`)
  return [value]
}

/** Written by the API server, never by a client. */
const SERVER_WRITTEN = new Set([
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'managedFields',
  'selfLink',
])

/** What a person would apply of an object that `kubectl get -o yaml` printed. */
export function toApply(printed: Manifest): Manifest {
  const { status: _, ...rest } = printed
  const kept = Object.entries(printed.metadata).filter(([field]) => !SERVER_WRITTEN.has(field))
  return {
    ...rest,
    apiVersion: printed.apiVersion,
    kind: printed.kind,
    metadata: { name: printed.metadata.name, ...Object.fromEntries(kept) },
  }
}
