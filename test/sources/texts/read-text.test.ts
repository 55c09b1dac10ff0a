import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readText } from '../../../src/sources/texts/index.ts'
import { type Temporary, temporary } from '../../support/temporary.ts'

let directory: Temporary
beforeEach(async () => {
  directory = await temporary()
})
afterEach(() => directory.close())

function pipe(): string {
  const path = directory.at('pipe')
  execFileSync('mkfifo', [path])
  return path
}

test('a file is read whole', async () => {
  await directory.write('a.yaml', 'ä'.repeat(200_000))
  expect(readText(directory.at('a.yaml'))).toBe('ä'.repeat(200_000))
})

test('a pipe is read until all that is written is there, however slowly', async () => {
  const path = pipe()
  const script = `exec 3>'${path}'; printf one >&3; sleep 0.2; head -c 300000 /dev/zero | tr '\\0' x >&3`
  const writer = spawn('sh', ['-c', script])
  expect(readText(path, 60_000)).toBe(`one${'x'.repeat(300_000)}`)
  await once(writer, 'close')
})

test('a pipe into which nobody writes is waited for a while', () => {
  expect(() => readText(pipe(), 50)).toThrow('it is a pipe, and nobody wrote all of it within 0.05 s')
})

test('a pipe that is held open without an end is waited for a while', () => {
  const path = pipe()
  const writer = spawn('sh', ['-c', `exec 3<>'${path}'; printf one >&3; exec sleep 60`])
  expect(() => readText(path, 200)).toThrow('it is a pipe, and nobody wrote all of it within 0.2 s')
  writer.kill('SIGKILL')
})

test('what is not there, or a directory, is an error that says so', () => {
  expect(() => readText(directory.at('nope'))).toThrow('ENOENT')
  expect(() => readText(directory.path)).toThrow('EISDIR')
})
