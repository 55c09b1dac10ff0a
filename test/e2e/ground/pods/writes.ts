/** What the controllers write, and what they know of it before the watches tell. */

import { type KubeClient, refOf } from '../client.ts'
import { isFields, type Manifest } from '../manifest.ts'
import type { Kept } from './mirror.ts'
import { API_VERSIONS, type Meta } from './objects.ts'

interface Stored {
  readonly metadata: Meta
}

/** Throws with what the API server says, unless something of that name is there already. */
export async function create<T extends Stored>(
  client: KubeClient,
  kept: Kept<T>,
  object: Manifest,
): Promise<void> {
  const { apiVersion, kind, namespace } = refOf(object)
  const path = `${await client.collection(apiVersion, kind, namespace)}?fieldValidation=Strict`
  const { status, body } = await client.request('POST', path, object)
  if (status === 409) return
  if (status >= 300) throw new Error(isFields(body) ? String(body['message']) : `${path}: ${status}`)
  kept.learn(body)
}

/** In the background, as a garbage collector does: what belongs to it is deleted by whoever notices. */
export async function remove<T extends Stored>(client: KubeClient, kept: Kept<T>, object: T): Promise<void> {
  const path = await pathOf(client, kept, object)
  const { uid } = object.metadata
  const reply = await client.request('DELETE', path, {
    preconditions: { uid },
    propagationPolicy: 'Background',
  })
  if (reply.status >= 300) return
  // Gone at once, or going: the reply is the object that is going.
  if (isFields(reply.body) && reply.body['kind'] === kept.kind) kept.learn(reply.body)
}

export async function patchStatus<T extends Stored>(
  client: KubeClient,
  kept: Kept<T>,
  object: T,
  status: Readonly<Record<string, unknown>>,
): Promise<void> {
  await patch(client, kept, object, { status }, '/status')
}

export async function patch<T extends Stored>(
  client: KubeClient,
  kept: Kept<T>,
  object: T,
  change: Readonly<Record<string, unknown>>,
  subresource = '',
): Promise<void> {
  const path = `${await pathOf(client, kept, object)}${subresource}`
  const { status, body } = await client.request('PATCH', path, change, 'application/merge-patch+json')
  if (status === 404) return
  if (status >= 300) throw new Error(`PATCH ${path}: ${status} ${JSON.stringify(body)}`)
  kept.learn(body)
}

const pathOf = <T extends Stored>(client: KubeClient, kept: Kept<T>, { metadata }: T): Promise<string> =>
  client.pathOf({ apiVersion: API_VERSIONS[kept.kind], kind: kept.kind, ...metadata })

/** Whether a status has not been written yet: the last one of each object is remembered. */
export class Said {
  readonly #last = new Map<string, string>()

  isNew({ metadata: { uid } }: Stored, what: unknown): boolean {
    const text = JSON.stringify(what)
    if (this.#last.get(uid) === text) return false
    this.#last.set(uid, text)
    return true
  }

  /** The write has failed. */
  forget({ metadata: { uid } }: Stored): void {
    this.#last.delete(uid)
  }
}
