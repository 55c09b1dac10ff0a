import type { z } from 'zod'
import type { Path } from './problems.ts'
import { jsonSchema } from './schema.ts'

type JsonSchema = z.core.JSONSchema.BaseSchema

/** One key of meridian.yaml, for references and remedies. */
export interface Key {
  /** `clusters[].id`, `routing.services.*.weights`. */
  readonly path: string
  readonly schema: JsonSchema
  /** It has no default and may not be left out. */
  readonly required: boolean
}

/** Every key of meridian.yaml, parents first, in the order of the schema. */
export const allKeys = (): readonly Key[] => keysBelow('', root())

let made: JsonSchema | undefined

// Made when first asked for: it takes milliseconds, and only a wrong configuration needs it.
function root(): JsonSchema {
  made ??= jsonSchema()
  return made
}

function keysBelow(path: string, schema: JsonSchema): readonly Key[] {
  return variants(schema).flatMap((variant) => [
    ...Object.entries(variant.properties ?? {}).flatMap(([name, child]) => {
      const key = {
        path: path === '' ? name : `${path}.${name}`,
        required: variant.required?.includes(name) ?? false,
      }
      return isSchema(child) ? [{ ...key, schema: child }, ...keysBelow(key.path, child)] : []
    }),
    ...(isSchema(variant.items) ? keysBelow(`${path}[]`, variant.items) : []),
    ...(isSchema(variant.additionalProperties) ? keysBelow(`${path}.*`, variant.additionalProperties) : []),
  ])
}

/** The keys that the mapping at `path` may have; empty when it names its own. */
export function knownKeys(path: Path): readonly string[] {
  let at = [root()]
  for (const part of path) at = at.flatMap(variants).flatMap((schema) => childOf(schema, part))
  return at.flatMap(variants).flatMap((schema) => Object.keys(schema.properties ?? {}))
}

function childOf(schema: JsonSchema, part: string | number): JsonSchema[] {
  const child =
    typeof part === 'number' ? schema.items : (schema.properties?.[part] ?? schema.additionalProperties)
  return isSchema(child) ? [child] : []
}

/** A schema itself, or what it may be one of. */
export const variants = (schema: JsonSchema): JsonSchema[] =>
  schema.anyOf?.filter(isSchema).flatMap(variants) ?? [schema]

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
