import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadConfig } from '../../../src/app/config/index.ts'

const directory = mkdtempSync(join(tmpdir(), 'meridian-config-'))

afterAll(() => rmSync(directory, { recursive: true }))

test('a file is read with the environment’s and the flags’ overrides', () => {
  const file = join(directory, 'meridian.yaml')
  writeFileSync(file, 'clusters: [{id: east, source: {manifests: ./east}}]\n')
  const config = loadConfig({
    file,
    env: { MERIDIAN_LOG_LEVEL: 'debug' },
    flags: { adminListen: '127.0.0.1:0' },
  })
  expect(config).toMatchObject({
    file,
    log: { level: 'debug' },
    admin: { listen: { host: '127.0.0.1', port: 0 } },
    dns: { id: hostname() },
    clusters: [{ source: { kind: 'manifests', path: join(directory, 'east') } }],
  })
})

test('a byte order mark and carriage returns do not matter', () => {
  const file = join(directory, 'windows.yaml')
  writeFileSync(file, '\ufeffclusters:\r\n  - id: east\r\n    source: { manifests: ./east }\r\n')
  expect(loadConfig({ file }).clusters.map(({ id }) => id)).toEqual(['east'])
})

test.each(['utf16le', 'utf-16 without a mark', 'big-endian'])('a file in UTF-16 is told so: %s', (form) => {
  const text = `${form === 'utf-16 without a mark' ? '' : '\ufeff'}clusters: []\n`
  const octets = Buffer.from(text, 'utf16le')
  const file = join(directory, `${form}.yaml`)
  writeFileSync(file, form === 'big-endian' ? octets.swap16() : octets)
  expect(() => loadConfig({ file })).toThrow(`${file}: it is UTF-16 text\n    save it as UTF-8`)
})

test('a missing file is named, with the flag that names another', () => {
  const file = join(directory, 'none.yaml')
  expect(() => loadConfig({ file })).toThrow(
    `${file}: there is no such file\n    name the configuration with --config FILE`,
  )
})

test('a directory is no file', () => {
  expect(() => loadConfig({ file: directory })).toThrow(
    `${directory}: it is a directory\n    name the file in it`,
  )
})

test('any other failure to read says what the system said', () => {
  const file = join(directory, 'meridian.yaml', 'below-a-file')
  expect(() => loadConfig({ file })).toThrow(/^.*below-a-file: it cannot be read: ENOTDIR/)
})
