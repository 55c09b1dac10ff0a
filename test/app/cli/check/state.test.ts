import { symlink } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { check } from '../../../../src/app/cli/check/check.ts'
import { temporary } from '../../../support/temporary.ts'
import { offlineOf, service } from '../clusterset.ts'

const EAST = { 'cluster-east': { files: { 'all.yaml': service({ n: 1 }) } } }

async function toldOf(files: readonly string[]) {
  const directory = await temporary()
  onTestFinished(directory.close)
  for (const file of files) await directory.write(file, '')
  const { findings } = await check(await offlineOf(EAST, `state: {dir: ${directory.path}}\n`))
  return findings.filter(({ kind }) => kind === 'state')
}

test('a file of state.dir that a server could not believe is a warning with what to do', async () => {
  const told = await toldOf(['cluster-east.view', 'cluster-east.view.set-aside'])
  expect(told).toEqual([
    expect.objectContaining({
      level: 'warning',
      subject: 'state.dir cluster-east.view.set-aside',
      finding: expect.stringContaining('a kind of object that the one that started does not read'),
      remedy: expect.stringContaining('run the version that wrote it, with the file under its own name'),
    }),
  ])
})

test.each([
  [0, 0],
  [20, 20],
  [21, 20],
  [200, 20],
])('of %i such files %i are told', async (count, told) => {
  const files = Array.from({ length: count }, (_, i) => `c-${String(i).padStart(3, '0')}.view.set-aside`)
  const findings = await toldOf(files)
  expect(findings.map(({ subject }) => subject)).toEqual(
    files.slice(0, told).map((file) => `state.dir ${file}`),
  )
})

test.each([
  ['a file', './file', 'it is a file, or lies below one'],
  ['below a file', './file/below', 'it is a file, or lies below one'],
  ['a link to nothing', './link/state', 'which cannot be reached'],
])('a state.dir that is %s is broken', async (_title, dir, finding) => {
  const directory = await temporary()
  onTestFinished(directory.close)
  await directory.write('file', '')
  await symlink('not-mounted', directory.at('link'))
  const { findings } = await check(await offlineOf(EAST, `state: {dir: ${directory.at(dir)}}\n`))
  expect(findings.filter(({ kind }) => kind === 'state')).toEqual([
    expect.objectContaining({ level: 'broken', finding: expect.stringContaining(finding) }),
  ])
})

test('a state.dir that is not there yet is no finding', async () => {
  const { findings } = await check(await offlineOf(EAST, 'state: {dir: ./nowhere}\n'))
  expect(findings.filter(({ kind }) => kind === 'state')).toEqual([])
})
