import { chmodSync, lstatSync, symlinkSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { seal } from '../../scripts/image/seal.ts'
import { type Temporary, temporary } from '../support/temporary.ts'

const FILES = ['app/bin/meridian.mjs', 'app/dist/index.js', 'usr/local/bin/node']

/** As careless as builds leave them. */
async function tree(): Promise<Temporary> {
  const directory = await temporary()
  onTestFinished(directory.close)
  for (const file of FILES) await directory.write(file, '')
  for (const path of [...FILES, 'app', 'app/dist']) chmodSync(directory.at(path), 0o777)
  symlinkSync('../../../app/bin/meridian.mjs', directory.at('usr/local/bin/meridian'))
  return directory
}

test('in a sealed tree nobody but the owner writes, and only programs can be run', async () => {
  const { path, at } = await tree()
  seal(path, 0)
  const modes = ['app', 'app/dist', ...FILES].map((one) => [
    one,
    (lstatSync(at(one)).mode & 0o7777).toString(8),
  ])
  expect(Object.fromEntries(modes)).toEqual({
    app: '755',
    'app/dist': '755',
    'app/bin/meridian.mjs': '755',
    'app/dist/index.js': '644',
    'usr/local/bin/node': '755',
  })
})

test('everything in a sealed tree has one time, links and folders too', async () => {
  const { path, at } = await tree()
  seal(path, 1_800_000_000)
  const places = ['', 'app', 'app/dist', 'usr/local/bin/meridian', ...FILES]
  expect(new Set(places.map((one) => lstatSync(at(one)).mtimeMs))).toEqual(new Set([1_800_000_000_000]))
})

test.each([Number.NaN, -1, 1.5])('%s is no time', async (epoch) => {
  const { path } = await tree()
  expect(() => seal(path, epoch)).toThrow('SOURCE_DATE_EPOCH: seconds since 1970, as digits')
})
