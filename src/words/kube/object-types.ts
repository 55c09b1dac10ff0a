import { keyOf, type ObjectKey, type ServiceKey } from './keys.ts'

/** What all kinds have in common, each in a file of its subject. `createdAt` in Unix milliseconds, 0 when the object does not say. */
export interface Meta {
  /** A DNS label; "" for what stands in no namespace. `default` where a namespaced object does not say. */
  readonly namespace: string
  /** By its kind a DNS label, or a lower-case DNS name of up to 253 characters. */
  readonly name: string
  readonly createdAt: number
  /** What of the object could not be read and is left out, a sentence each; absent: nothing. */
  readonly flaws?: readonly string[]
}

/**
 * The name of a kind that is read: that of its row. Where two groups have the same, with the group:
 * `ServiceExport.net.gke.io`.
 */
export type Kind = string

/** An object of any kind that is read. Which one it is, its row tells. */
export interface KubeObject extends Meta {
  readonly kind: Kind
}

/** Which object: no two in one cluster share both. */
export interface ObjectId {
  readonly kind: Kind
  readonly key: ObjectKey
}

/** An object that is there but cannot be read. */
export interface UnreadableObject extends ObjectId {
  /** The service that it belongs to; null: it does not say so much. */
  readonly service: ServiceKey | null
  /** More that it may belong to; absent: none. */
  readonly others?: readonly ServiceKey[]
  /** Which object, where in it, and what would be right. */
  readonly problem: string
}

/** An object, read or not. */
export type Reported = KubeObject | UnreadableObject

/** Whether an object was reported that cannot be read. */
export const isUnreadable = (reported: Reported): reported is UnreadableObject => 'problem' in reported

/** The kind and the key of what was reported, readable or not. */
export const objectIdOf = (reported: Reported): ObjectId =>
  isUnreadable(reported) ? reported : { kind: reported.kind, key: keyOf(reported) }
