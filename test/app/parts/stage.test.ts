import { expect, test } from 'vitest'
import { closingIn, Stage } from '../../../src/app/parts/index.ts'

const QUIET = { error: () => undefined, warn: () => undefined } as never

test('the parts of a stage begin to close together, the last first, and are waited for', async () => {
  const told: string[] = []
  const slow = Promise.withResolvers<void>()
  const stage = new Stage(60_000, QUIET)
  stage.add('one', 1, (part) => told.push(`${part}`))
  stage.add('slow', 2, (part) => slow.promise.then(() => told.push(`${part} at last`)))
  stage.add('three', 3, (part) => told.push(`${part}`))
  const closed = stage[Symbol.asyncDispose]().then(() => told.push('closed'))
  expect(told).toEqual(['3', '1'])
  slow.resolve()
  await closed
  expect(told).toEqual(['3', '1', '2 at last', 'closed'])
})

test('a part is what it was, and closed once', async () => {
  let closed = 0
  const stage = new Stage(60_000, QUIET)
  const part = { name: 'part' }
  expect(stage.add('part', part, () => closed++)).toBe(part)
  await stage[Symbol.asyncDispose]()
  await stage[Symbol.asyncDispose]()
  expect(closed).toBe(1)
})

test('a part that throws when it is closed keeps none from closing', async () => {
  const told: string[] = []
  const log = { error: (_: object, text: string) => told.push(text), warn: () => undefined } as never
  const stage = new Stage(60_000, log)
  stage.add('the first', null, () => told.push('closed'))
  stage.add('the second', null, () => {
    throw new Error('no')
  })
  await stage[Symbol.asyncDispose]()
  expect(told).toEqual(['closed', 'bug: the second: did not stop well'])
})

test('stages of a stack close one after the other, in whatever order parts were opened', async () => {
  const told: string[] = []
  const parts = new AsyncDisposableStack()
  const { first, second, last } = closingIn(parts, QUIET)
  const slowly = (part: string) => Promise.resolve().then(() => told.push(part))
  last.add('files', 'files', slowly)
  second.add('sockets', 'sockets', slowly)
  first.add('timer', 'timer', slowly)
  last.add('pages', 'pages', slowly)
  second.add('clusters', 'clusters', slowly)
  await parts.disposeAsync()
  expect(told).toEqual(['timer', 'clusters', 'sockets', 'pages', 'files'])
})

test('a part that never stops is named, one that fails is too, and the others are waited for', async () => {
  const told: string[] = []
  const log = { error: (_: object, text: string) => told.push(text), warn: (text: string) => told.push(text) }
  const done: string[] = []
  const stage = new Stage(50, log as never)
  stage.add('what hangs', null, () => new Promise(() => undefined))
  stage.add('what fails', null, () => Promise.reject(new Error('no')))
  stage.add('what is not there', null, () => undefined)
  stage.add('what stops', 'stopped', async (part) => done.push(part))
  await stage[Symbol.asyncDispose]()
  expect(done).toEqual(['stopped'])
  expect(told.toSorted()).toEqual([
    'bug: what fails: did not stop well',
    'what hangs: did not stop within 0.05 s, left as it is',
  ])
})
