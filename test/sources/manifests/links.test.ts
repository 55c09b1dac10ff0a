import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type EnteredDirectory, Links } from '../../../src/sources/manifests/links.ts'
import { type Temporary, temporary } from '../../support/temporary.ts'

let directory: Temporary
let entered: EnteredDirectory[]
let links: Links

beforeEach(async () => {
  directory = await temporary()
  entered = []
  links = new Links((each) => entered.push(each))
})

afterEach(() => directory.close())

const told = (): string[] =>
  entered.map(({ real, only }) => join(real, only ?? '*').replace(`${directory.path}/`, ''))

test('of a way without links its end is told alone, there or not', async () => {
  await directory.write('a/b/c.yaml', '')
  await links.leadTo(directory.at('a', 'b'))
  await links.leadTo(directory.at('a', 'none'))
  expect(told()).toEqual(['a/b', 'a/none'])
})

test('each link is told where it stands, and what is missing where it would be', async () => {
  await mkdir(directory.at('x', 'y'), { recursive: true })
  await symlink('x/./y/..', directory.at('one'))
  await symlink(directory.at('one', 'y'), directory.at('two'))
  await symlink('gone', directory.at('x', 'y', 'three'))
  await links.leadTo(directory.at('two', 'three', 'deeper'))
  expect(told()).toEqual(['two', 'one', 'x/y/three', 'x/y/gone'])
})

test.each([15, 16, 17, 160])(
  '%i links of one directory are told, the first sixteen by name',
  async (count) => {
    await mkdir(directory.at('d'))
    await mkdir(directory.at('store'))
    for (let i = 0; i < count; i++) {
      await symlink(`../a${i}.yaml`, directory.at('store', `${i}`))
      await symlink(`../store/${i}`, directory.at('d', `${i}.yaml`))
    }
    links.enterWhole(directory.at('d'), '')
    links.enterWhole(directory.path, '')
    for (let i = 0; i < count; i++) await links.follow(directory.at('d', `${i}.yaml`))
    const ofStore = entered.filter(({ real }) => real === directory.at('store')).map(({ only }) => only)
    const names = Array.from({ length: Math.min(count, 16) }, (_, i) => `${i}`)
    expect(ofStore).toEqual(count > 16 ? [...names, null] : names)
  },
)

test('a link that leads back to itself ends, and is told once', async () => {
  await symlink('two', directory.at('one'))
  await symlink('one', directory.at('two'))
  await links.leadTo(directory.at('one', 'east'))
  expect(told()).toEqual(['one', 'two'])
})
