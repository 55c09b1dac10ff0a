import { type Fields, isFields } from '../../words/kube/index.ts'

export { type Fields, isFields }

/** The members of a value that is an object; no members otherwise. */
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {})

/** A value that is text and not empty. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
