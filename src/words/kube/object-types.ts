import { keyOf, type ObjectKey, type ServiceKey } from './keys.ts'

/** What the objects of all kinds have in common: the part of `metadata` that is kept. */
export interface Meta {
  /** Its namespace, a DNS label: `default` where a namespaced object does not say; "" for what stands in none. */
  readonly namespace: string
  /** Its name: by its kind a DNS label, or a lower-case DNS name of up to 253 characters. */
  readonly name: string
  /** `metadata.creationTimestamp` in Unix milliseconds; 0: the object does not say. */
  readonly createdAt: number
  /** What of the object could not be read and is left out, a sentence each; absent: nothing. */
  readonly flaws?: readonly string[]
}

/**
 * The name of a kind that is read: that of its row in `kinds.ts`, such as `Service`. Where two groups have the same, with
 * the group: `ServiceExport.net.gke.io`.
 */
export type Kind = string

/**
 * An object of any kind that is read. What it holds besides, its row knows: `SERVICE.is(object)` tells whether it is a
 * Service, to the compiler too.
 */
export interface KubeObject extends Meta {
  readonly kind: Kind
}

/** Which object: no two in one cluster share both. */
export interface ObjectId {
  /** Its kind, by its name in `kinds.ts`. */
  readonly kind: Kind
  /** `namespace/name`; `/east` of what stands in no namespace. */
  readonly key: ObjectKey
}

/**
 * An object that is there but cannot be read. What was last read of it holds on; where nothing was, its service is
 * `unreadable` and not absent (answers.md 2, "What cannot be read").
 */
export interface UnreadableObject extends ObjectId {
  /** The service that it belongs to; null: it does not say so much. */
  readonly service: ServiceKey | null
  /** More services that it may belong to, of a kind that bears on several; absent: none. */
  readonly others?: readonly ServiceKey[]
  /** Which object, where in it, and what would be right, as a sentence. */
  readonly problem: string
}

/** An object that a source tells of, read or not. */
export type Reported = KubeObject | UnreadableObject

/** Whether what was reported is an object that cannot be read. */
export const isUnreadable = (reported: Reported): reported is UnreadableObject => 'problem' in reported

/** The kind and the key of what was reported, readable or not. */
export const objectIdOf = (reported: Reported): ObjectId =>
  isUnreadable(reported) ? reported : { kind: reported.kind, key: keyOf(reported) }
