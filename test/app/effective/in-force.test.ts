import { expect, test } from 'vitest'
import { parseConfig } from '../../../src/app/config/index.ts'
import { InForce, type Stance, stanceOf } from '../../../src/app/effective/index.ts'
import type { Flow } from '../../../src/app/flow/index.ts'

const effective = (...ids: readonly string[]): Stance =>
  stanceOf(
    parseConfig(
      `clusters: [${ids.map((id) => `{id: ${id}, source: {manifests: /m/${id}}}`).join(', ')}]`,
      '/meridian.yaml',
    ),
    '1',
  )

/** What is told to those who do what a configuration says, in order; a world is in force when the test says so. */
function doers() {
  const told: string[] = []
  const worlds: (() => void)[] = []
  let done = Promise.withResolvers<void>()
  const flow: Pick<Flow, 'adopt'> = {
    adopt: (plan, _clock, inForce = () => undefined) => {
      told.push(`make ${[...plan.clusterset.members.keys()]}`)
      const { promise, resolve } = done
      worlds.splice(0, 1, () => {
        inForce()
        resolve()
        done = Promise.withResolvers()
      })
      return promise
    },
  }
  const all = {
    flow,
    answering: { reconfigure: () => void told.push('reconfigure') },
    members: {
      assign: async (duties: readonly { readonly id: string }[]) =>
        void told.push(`watch ${duties.map(({ id }) => id)}`),
    },
    controller: { assign: async () => void told.push('write') },
    store: { forget: (id: string) => void told.push(`forget ${id}`) },
  }
  return { told, all, enforce: () => worlds[0]?.() }
}

test('a start watches and writes what it begins with', async () => {
  const { told, all } = doers()
  await new InForce(effective('east'), all).begin()
  expect(told).toEqual(['watch east', 'write'])
})

test('another is in force when its world is, and what left is forgotten when it has stopped', async () => {
  const { told, all, enforce } = doers()
  const [first, next] = [effective('east', 'west'), effective('east')]
  const inForce = new InForce(first, all)
  const taken = inForce.take(next, () => told.push('in force'))
  expect([inForce.now, inForce.wanted]).toEqual([first, next])
  expect(told).toEqual(['make east'])
  enforce()
  await taken
  expect([inForce.now, inForce.wanted]).toEqual([next, next])
  expect(told).toEqual(['make east', 'reconfigure', 'in force', 'watch east', 'write', 'forget west'])
})

test('one that another takes the place of is never watched, and what comes back is not forgotten', async () => {
  const { told, all, enforce } = doers()
  const inForce = new InForce(effective('east', 'west'), all)
  const taken = [inForce.take(effective('east')), inForce.take(effective('east', 'west', 'north'))]
  enforce()
  await Promise.all(taken)
  expect(told).toEqual([
    ...['make east', 'make east,west,north', 'reconfigure'],
    ...['watch east,west,north', 'write'],
  ])
})
