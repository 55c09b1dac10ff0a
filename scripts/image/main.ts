import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ARCHITECTURES, architectureOf, buildImage } from './build.ts'
import { sizesOf } from './sizes.ts'

const USAGE = `Usage: node scripts/image.mjs --to DIR [--arch ${ARCHITECTURES.join('|')}]`

/** What is wrong with the command line or the machine, as one line; a bug keeps its stack. */
function explain(error: unknown): string {
  const isUsage = error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  return isUsage ? `${error.message}\n${USAGE}` : error instanceof Error ? error.message : String(error)
}

try {
  const { values } = parseArgs({ options: { to: { type: 'string' }, arch: { type: 'string' } } })
  if (values.to === undefined) throw new Error(`--to is missing: where to build\n${USAGE}`)
  const to = resolve(values.to)
  buildImage({ to, arch: architectureOf(values.arch ?? process.arch) })
  console.log(sizesOf(to))
} catch (error) {
  console.error(`image: ${explain(error)}`)
  process.exitCode = 1
}
