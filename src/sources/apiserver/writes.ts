import { ApiServerConnection, type Message } from './connection.ts'
import type { Credentials } from './credentials-types.ts'
import { Deadline } from './deadline.ts'
import { failureOf, RequestFailure } from './failure.ts'
import type { Fields } from './fields.ts'
import { askForText, MOST_BYTES_OF_GROUP, readBody, TOO_LONG } from './list.ts'
import { parseGroup, parseReply } from './narrow.ts'
import { MOST_BYTES_OF_OBJECT } from './object.ts'
import { grantOf, pathOf, type Resource, resourceApiVersion } from './resources.ts'
import { type ApiServerLimits, type FailureReason, LIMITS } from './types.ts'

/** The object as the API server has it after a write, or why it was not written. */
export type WriteReply =
  | { readonly outcome: 'object'; readonly object: Fields }
  | {
      readonly outcome: 'failure'
      readonly reason: FailureReason
      readonly message: string
      /** What to name in a sentence, if that is another place than the API server. */
      readonly place: string | null
      /** Milliseconds that the server asks to be left alone for. */
      readonly retryAfterMs: number | undefined
    }

/** Why an object was not written, where nobody says of which cluster it is. */
export const printWriteFailure = ({ place, message }: Extract<WriteReply, { outcome: 'failure' }>): string =>
  place === null ? message : `${place}: ${message}`

/** How an object is applied: under which name, and whether fields are taken from other managers. */
interface Applying {
  readonly manager: string
  readonly force: boolean
  readonly subresource?: 'status'
}

/** Which object is meant; with a version, only as it is in that one. */
interface Preconditions {
  readonly uid: string
  readonly resourceVersion?: string
}

/**
 * Reads and writes of single objects, each named by its resource. One never rejects, and takes no longer than a page
 * of a list may. What is written need not say its kind and version: it is written in the best that is served.
 */
export interface Writes {
  readonly read: (resource: Resource, signal: AbortSignal) => Promise<WriteReply>
  /** Server-side apply. */
  readonly apply: (
    resource: Resource,
    body: Fields,
    how: Applying,
    signal: AbortSignal,
  ) => Promise<WriteReply>
  /** The resource's name is in the body. */
  readonly create: (resource: Resource, body: Fields, signal: AbortSignal) => Promise<WriteReply>
  /** The body's resourceVersion must be the one that is there. */
  readonly replace: (resource: Resource, body: Fields, signal: AbortSignal) => Promise<WriteReply>
  /** Removes the object only while it is this one. */
  readonly remove: (resource: Resource, only: Preconditions, signal: AbortSignal) => Promise<WriteReply>
  /** The best version of the resource that is served; null: none, or it could not be learnt. */
  readonly versionOf: (resource: Resource, signal: AbortSignal) => Promise<string | null>
  /** Whether the schema of the resource's group has a field of that name anywhere; false where that is not known. */
  readonly declares: (resource: Resource, field: string, signal: AbortSignal) => Promise<boolean>
  readonly close: () => Promise<void>
}

export function writesTo(credentials: Credentials, limits: Partial<ApiServerLimits> = {}): Writes {
  const writing = new Writing(credentials, { ...LIMITS, ...limits })
  return {
    read: (resource, signal) => writing.send({ verb: 'get', resource }, signal),
    apply: (resource, body, { manager, force, subresource }, signal) => {
      const query = `?${new URLSearchParams({ fieldManager: manager, force: String(force) })}`
      const path = subresource === undefined ? query : `/${subresource}${query}`
      return writing.send({ verb: 'apply', resource, body, path }, signal)
    },
    create: (resource, body, signal) => writing.send({ verb: 'create', resource, body }, signal),
    replace: (resource, body, signal) => writing.send({ verb: 'update', resource, body }, signal),
    remove: (resource, only, signal) => {
      const body = { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { ...only } }
      return writing.send({ verb: 'delete', resource, body }, signal)
    },
    versionOf: (resource, signal) => writing.versionOf(resource, signal).catch(() => null),
    declares: (resource, field, signal) => writing.declares(resource, field, signal).catch(() => false),
    close: () => writing.close(),
  }
}

type Verb = 'get' | 'apply' | 'create' | 'update' | 'delete'

interface Request {
  readonly verb: Verb
  readonly resource: Resource
  readonly body?: Fields
  /** What stands behind the object's path. */
  readonly path?: string
}

const METHODS = { get: 'GET', apply: 'PATCH', create: 'POST', update: 'PUT', delete: 'DELETE' } as const

/** The verbs of RBAC that a request needs. */
const GRANTED: Readonly<Record<Verb, readonly string[]>> = {
  get: ['get'],
  // An apply creates what is not there.
  apply: ['create', 'patch'],
  create: ['create'],
  update: ['update'],
  delete: ['delete'],
}

/** The OpenAPI document of a group is larger than any other answer that is read whole. */
const MOST_BYTES_OF_SCHEMA = 8 * 2 ** 20

class Writing {
  readonly #limits: ApiServerLimits
  readonly #connection: ApiServerConnection
  /** The served versions of groups whose CRDs a cluster may lack, until one of them is not found. */
  readonly #versions = new Map<string, readonly string[]>()
  readonly #declared = new Map<string, boolean>()

  constructor(credentials: Credentials, limits: ApiServerLimits) {
    this.#limits = limits
    this.#connection = new ApiServerConnection(credentials, limits.connectMs)
  }

  async send(request: Request, signal: AbortSignal): Promise<WriteReply> {
    const what = `${request.verb} ${titleOf(request.resource)}`
    const deadline = new Deadline(signal, this.#limits.requestMs, what)
    try {
      return { outcome: 'object', object: await this.#ask(request, deadline.signal) }
    } catch (error) {
      const failure = deadline.failure(error)
      // Whoever reads asks whether it is there; only what cannot be written says that its kind may be gone.
      if (failure.reason === 'notFound' && request.verb !== 'get') this.#forget(request.resource)
      const { reason, message, place, retryAfterMs } = failure
      return { outcome: 'failure', reason, message, place, retryAfterMs }
    } finally {
      deadline.end()
    }
  }

  close(): Promise<void> {
    return this.#connection.close()
  }

  /** CRDs may have come, gone or been replaced. */
  #forget({ group }: Resource): void {
    this.#versions.delete(group)
    this.#declared.clear()
  }

  async #ask({ verb, resource, body, path = '' }: Request, signal: AbortSignal): Promise<Fields> {
    const version = await this.versionOf(resource, signal)
    const { name: _name, ...collection } = resource
    const at = pathOf(verb === 'create' ? collection : resource, version)
    const reply = await this.#connection.ask(messageOf(verb, resource, version, body), at + path, signal)
    const text = await readBody(reply, MOST_BYTES_OF_OBJECT)
    if (text === TOO_LONG)
      throw new RequestFailure('malformed', `${verb} ${titleOf(resource)}: too long an answer`)
    if (reply.status < 200 || reply.status > 299) {
      throw failureOf(reply, text, { ...resource, plural: titleOf(resource) }, verb, grantFor(verb, resource))
    }
    return parseReply(text)
  }

  async versionOf(resource: Resource, signal: AbortSignal): Promise<string> {
    const { group, versions, custom } = resource
    if (!custom) return versions[0] ?? 'v1'
    const served = this.#versions.get(group) ?? (await this.#discover(resource, signal))
    this.#versions.set(group, served)
    const version = versions.find((one) => served.includes(one))
    if (version === undefined)
      throw new RequestFailure('notFound', `${group} is not served: install its CRDs`)
    return version
  }

  async declares(resource: Resource, field: string, signal: AbortSignal): Promise<boolean> {
    const version = await this.versionOf(resource, signal)
    const path = `/openapi/v3/apis/${resourceApiVersion(resource, version)}`
    const known = this.#declared.get(`${path} ${field}`)
    if (known !== undefined) return known
    const schema = await this.#fetchText(resource, path, MOST_BYTES_OF_SCHEMA, signal)
    this.#declared.set(`${path} ${field}`, schema.includes(`"${field}"`))
    return schema.includes(`"${field}"`)
  }

  async #discover(resource: Resource, signal: AbortSignal): Promise<readonly string[]> {
    const text = await this.#fetchText(resource, `/apis/${resource.group}`, MOST_BYTES_OF_GROUP, signal)
    return text === '' ? [] : parseGroup(text)
  }

  /** What the API server tells everybody; '' if it is longer than that. */
  async #fetchText(resource: Resource, path: string, most: number, signal: AbortSignal): Promise<string> {
    const asking = { connection: this.#connection, resource, limits: this.#limits, signal }
    const text = await askForText(asking, 'discover', path, most)
    return text === TOO_LONG ? '' : text
  }
}

function messageOf(verb: Verb, resource: Resource, version: string, body: Fields | undefined): Message {
  const method = METHODS[verb]
  if (method === 'GET') return { method }
  const typed =
    verb === 'delete'
      ? body
      : { ...body, kind: resource.kind, apiVersion: resourceApiVersion(resource, version) }
  const json = JSON.stringify(typed)
  // JSON is YAML, and the only form of a patch that all versions take is called so.
  return verb === 'apply' ? { method, json, type: 'application/apply-patch+yaml' } : { method, json }
}

const titleOf = ({ plural, namespace, name }: Resource): string =>
  `${plural} ${namespace === undefined ? '' : `${namespace}/`}${name ?? ''}`

/** Objects of all namespaces are written, so that the rule belongs into a ClusterRole; that of a Lease, into a Role. */
function grantFor(verb: Verb, { namespace, name: _name, ...resource }: Resource): string {
  const inRole = namespace !== undefined && resource.group === 'coordination.k8s.io'
  return grantOf(inRole ? { ...resource, namespace } : resource, GRANTED[verb])
}
