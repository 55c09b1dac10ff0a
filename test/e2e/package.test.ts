import { execFile } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { newDirectory } from './ground/index.ts'
import { CHECKOUT } from './image/tree.ts'

const run = promisify(execFile)

/** Installing packages may have to wait for a registry. */
const INSTALL_MS = 600_000

/** As a submission has them; the working tree's own dist stays as it is. */
const SOURCES = [
  'bin',
  'src',
  'scripts',
  'native/batch.c',
  'native/build.mjs',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'LICENSE',
  'README.md',
]

describe('the package, packed and installed from its tarball without development dependencies', () => {
  const packed = newDirectory('packed')
  const installed = newDirectory('installed')

  beforeAll(async () => {
    const checkout = newDirectory('checkout')
    for (const one of SOURCES) cpSync(join(CHECKOUT, one), join(checkout, one), { recursive: true })
    symlinkSync(join(CHECKOUT, 'node_modules'), join(checkout, 'node_modules'))
    await run('npm', ['pack', '--silent', '--pack-destination', packed], { cwd: checkout })
    const tarballs = readdirSync(packed).map((name) => join(packed, name))
    const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
    await run('npm', ['install', '--omit=dev', '--prefix', installed, ...quiet, ...tarballs], {
      cwd: installed,
    })
  }, INSTALL_MS)

  test('has what was compiled, the commands that start it and the addon in C, and no other sources', () => {
    const files = readdirSync(join(installed, 'node_modules/meridian-dns'))
    expect(files.sort()).toEqual(['LICENSE', 'README.md', 'bin', 'dist', 'native', 'package.json'])
  })

  test('brings a command meridian, and the Node that it runs on', async () => {
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')))
    const commands = join(installed, 'node_modules/.bin')
    const { stdout } = await run('meridian', ['--version'], { env: { PATH: `${commands}:/usr/bin:/bin` } })
    expect(stdout).toBe(`${version}\n`)
  })
})
