/** A C program linked with musl: by musl-gcc, or by gcc with the musl of Debian's packages, unpacked but not installed. */

import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { newDirectory, unpackPackages } from '../ground/index.ts'

const DEADLINE_MS = 120_000
const WHAT_TO_DO = 'install musl-gcc (Debian: apt-get install musl-tools)'

const run = promisify(execFile)

/** The path of the static program that a file of test/e2e/programs becomes. */
export async function buildWithMusl(source: string): Promise<string> {
  const directory = newDirectory('musl')
  const program = join(directory, 'program')
  const args = ['-static', '-Os', '-o', program, join(import.meta.dirname, '../programs', source)]
  if (await has('musl-gcc')) await run('musl-gcc', args, { timeout: DEADLINE_MS })
  else await run('gcc', ['-specs', await unpackedSpecs(directory), ...args], { timeout: DEADLINE_MS })
  return program
}

/** What tells gcc to use musl in place of glibc, wherever musl is. */
async function unpackedSpecs(directory: string): Promise<string> {
  try {
    await unpackPackages(directory, ['musl-dev', 'musl-tools'])
    const { stdout: found } = await run('find', [directory, '-name', 'musl-gcc.specs'])
    const specs = join(directory, 'specs')
    writeFileSync(specs, readFileSync(found.trim(), 'utf8').replaceAll('/usr/', `${directory}/usr/`))
    return specs
  } catch (error) {
    throw new Error(`no musl to link with: ${WHAT_TO_DO}`, { cause: error })
  }
}

const has = (command: string): Promise<boolean> =>
  run(command, ['--version'], { timeout: DEADLINE_MS }).then(
    () => true,
    () => false,
  )
