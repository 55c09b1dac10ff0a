import { expect, test } from 'vitest'
import { parseConfig } from '../../../src/app/config/index.ts'
import { type EffectiveConfig, effectiveConfigOf, InForce } from '../../../src/app/effective/index.ts'
import type { Flow } from '../../../src/app/flow/index.ts'

const effective = (...ids: readonly string[]): EffectiveConfig =>
  effectiveConfigOf(
    parseConfig(
      `clusters: [${ids.map((id) => `{id: ${id}, source: {manifests: /m/${id}}}`).join(', ')}]`,
      '/meridian.yaml',
    ),
    '1',
  )

/** What is told to those who do what a configuration says, in order; a world is in force when the test says so. */
function doers() {
  const reported: string[] = []
  const worlds: (() => void)[] = []
  let done = Promise.withResolvers<void>()
  const flow: Pick<Flow, 'adopt'> = {
    adopt: (plan, _clock, inForce = () => undefined) => {
      reported.push(`make ${[...plan.clusterset.members.keys()]}`)
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
    answering: { reconfigure: () => void reported.push('reconfigure') },
    members: {
      assign: async (specs: readonly { readonly id: string }[]) =>
        void reported.push(`watch ${specs.map(({ id }) => id)}`),
    },
    controller: { assign: async () => void reported.push('write') },
    store: { forget: (id: string) => void reported.push(`forget ${id}`) },
  }
  return { reported, all, enforce: () => worlds[0]?.() }
}

test('a start watches and writes what it begins with', async () => {
  const { reported, all } = doers()
  await new InForce(effective('east'), all).begin()
  expect(reported).toEqual(['watch east', 'write'])
})

test('another is in force when its world is, and what left is forgotten when it has stopped', async () => {
  const { reported, all, enforce } = doers()
  const [first, next] = [effective('east', 'west'), effective('east')]
  const inForce = new InForce(first, all)
  const taken = inForce.take(next, () => reported.push('in force'))
  expect([inForce.now, inForce.wanted]).toEqual([first, next])
  expect(reported).toEqual(['make east'])
  enforce()
  await taken
  expect([inForce.now, inForce.wanted]).toEqual([next, next])
  expect(reported).toEqual(['make east', 'reconfigure', 'in force', 'watch east', 'write', 'forget west'])
})

test('one that another takes the place of is never watched, and what comes back is not forgotten', async () => {
  const { reported, all, enforce } = doers()
  const inForce = new InForce(effective('east', 'west'), all)
  const taken = [inForce.take(effective('east')), inForce.take(effective('east', 'west', 'north'))]
  enforce()
  await Promise.all(taken)
  expect(reported).toEqual([
    ...['make east', 'make east,west,north', 'reconfigure'],
    ...['watch east,west,north', 'write'],
  ])
})
