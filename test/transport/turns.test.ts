import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Turns } from '../../src/transport/turns.ts'
import { until } from '../support/sockets.ts'

function worker(name: string, pieces: number, turns: Turns, log: string[]) {
  let left = pieces
  const self = {
    turn(share: number): number {
      const done = Math.min(share, left)
      left -= done
      log.push(name)
      if (left > 0) turns.add(self)
      return done
    },
  }
  return self
}

test('one with much to do does not keep the others waiting', async () => {
  const turns = new Turns()
  const log: string[] = []
  turns.add(worker('greedy', 100_000, turns, log))
  turns.add(worker('modest', 1, turns, log))
  await turn()
  expect(log.slice(0, 2)).toEqual(['greedy', 'modest'])
})

test('a round is bounded, whatever waits, and the rest follows later', async () => {
  const turns = new Turns()
  const log: string[] = []
  for (let i = 0; i < 1000; i++) turns.add(worker(`${i}`, 1, turns, log))
  await turn()
  expect(log.length).toBeLessThan(1000)
  await until(() => log.length === 1000)
  expect(new Set(log).size).toBe(1000)
})

test('who was removed has no turn', async () => {
  const turns = new Turns()
  const log: string[] = []
  const one = worker('one', 1, turns, log)
  turns.add(one)
  turns.remove(one)
  await turn()
  expect(log).toEqual([])
})
