import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ARCHITECTURES, architectureOf, buildImage } from './build.ts'
import { sizesOf } from './sizes.ts'

const USAGE = `Usage: node scripts/image.mjs --to DIR [--arch ${ARCHITECTURES.join('|')}]`

/** What is wrong with the command line or the machine. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const isUsage = 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  return isUsage ? `${error.message}\n${USAGE}` : error.message
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
