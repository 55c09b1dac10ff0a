/** The members of a JSON or YAML object, of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The members of a value that is an object; no members otherwise. */
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {})

/** A value that is text and not empty. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
