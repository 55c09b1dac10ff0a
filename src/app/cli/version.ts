import { readFileSync } from 'node:fs'
import { z } from 'zod'

const shape = z.object({ version: z.string() })

/** The version in package.json, which stands two folders up in the sources and in what is compiled from them. */
export const VERSION = shape.parse(
  JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')),
).version
