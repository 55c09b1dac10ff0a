import { readdirSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isKept, prune } from '../../scripts/image/prune.ts'
import { temporary } from '../support/temporary.ts'

describe('of a package', () => {
  test.each([
    'zod/index.js',
    'zod/index.cjs',
    'yaml/dist/index.mjs',
    'mime-db/db.json',
    'zod/package.json',
    'some/lib/contest/run.js',
    'native/build/Release/native.node',
    'undici/lib/llhttp/llhttp.wasm',
    'zod/LICENSE',
    'pino/license.txt',
    'some/NOTICE',
    '@kubernetes/client-node/node_modules/ws/COPYING',
  ])('%s is kept: it may be loaded, or has the terms', (path) => {
    expect(isKept(path)).toBe(true)
  })

  test.each([
    'zod/index.d.ts',
    'zod/index.d.cts',
    'zod/src/index.ts',
    'yaml/dist/index.js.map',
    'yaml/README.md',
    'pino/test/basic.test.js',
    'some/__tests__/a.js',
    'pino/benchmarks/basic.js',
    'pino/examples/basic.js',
    '@types/node/package.json',
    '.bin/yaml',
    '.package-lock.json',
    'bare-fs/prebuilds/linux-x64/bare-fs.bare',
    'some/binding.gyp',
  ])('%s is dropped: Node never loads it', (path) => {
    expect(isKept(path)).toBe(false)
  })
})

test('a folder that is pruned loses the folders that have nothing left', async () => {
  const directory = await temporary()
  onTestFinished(directory.close)
  for (const file of ['a/index.js', 'a/types/index.d.ts', '@types/a/index.d.ts']) {
    await directory.write(`node_modules/${file}`, '')
  }
  prune(directory.at('node_modules'))
  expect(readdirSync(directory.path, { recursive: true }).sort()).toEqual([
    'node_modules',
    'node_modules/a',
    'node_modules/a/index.js',
  ])
})
