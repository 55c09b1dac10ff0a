import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ConnectionTurns, type TurnTime } from '../../../src/server/transport/turns.ts'
import { until } from '../../support/sockets.ts'

/** Turns by a clock that stands still but for work that is done. */
function given() {
  let now = 0
  const turns = new ConnectionTurns(() => now)
  const log: string[] = []
  /** `pieces` of so many milliseconds each. */
  function worker(client: string, pieces: number, ms: number) {
    let left = pieces
    const self = {
      client,
      turn(time: TurnTime): void {
        do {
          left--
          now += ms
          log.push(client)
        } while (left > 0 && !time.isOver())
        if (left > 0) turns.add(self)
      },
    }
    return self
  }
  const pass = (ms: number): void => {
    now += ms
  }
  return { turns, log, worker, pass, elapsed: () => now }
}

test('one with much to do does not keep the others waiting', async () => {
  const { turns, log, worker } = given()
  turns.add(worker('greedy', 100_000, 0.125))
  turns.add(worker('modest', 1, 0.125))
  await turn()
  expect(log.indexOf('modest')).toBe(8)
})

test.each([0.05, 0.1, 1, 1.9])('a round is over after two milliseconds of pieces of %d ms', async (ms) => {
  const { turns, log, worker, elapsed } = given()
  for (let i = 0; i < 1000; i++) turns.add(worker(`${i}`, 1, ms))
  await turn()
  expect(elapsed()).toBeGreaterThanOrEqual(2)
  expect(elapsed()).toBeLessThan(2 + ms)
  await until(() => log.length === 1000)
  expect(new Set(log).size).toBe(1000)
})

test('what costs no time is done at once, whoever waits', async () => {
  const { turns, log, worker } = given()
  for (let i = 0; i < 1000; i++) turns.add(worker(`${i}`, 3, 0))
  await turn()
  expect(log).toHaveLength(3000)
})

test.each([1, 10, 1000])('a client has one turn, however many connections: %i', async (connections) => {
  const { turns, log, worker } = given()
  for (let i = 0; i < connections; i++) turns.add(worker('greedy', 1000, 0.5))
  for (let i = 0; i < 3; i++) turns.add(worker(`modest ${i}`, 2, 0.5))
  await until(() => log.filter((one) => one !== 'greedy').length === 6)
  const last = log.lastIndexOf('modest 2')
  expect(log.slice(0, last).filter((one) => one === 'greedy')).toHaveLength(2)
})

test("a client's connections have their turns one after another", async () => {
  const { turns, log, worker } = given()
  const order: number[] = []
  for (let i = 0; i < 5; i++) {
    const one = worker('greedy', 4, 0.5)
    const turnOf = (time: TurnTime): void => {
      order.push(i)
      one.turn(time)
    }
    turns.add({ client: one.client, turn: turnOf })
  }
  await until(() => log.length === 20)
  expect(order.slice(0, 5)).toEqual([0, 1, 2, 3, 4])
})

test('who was removed has no turn, nor who is removed while another of the client has one', async () => {
  const { turns, log, worker } = given()
  const [one, two, three] = [worker('one', 1, 0), worker('two', 1, 0), worker('two', 1, 0)]
  turns.add(one)
  turns.remove(one)
  turns.add({ client: 'two', turn: () => turns.remove(two) })
  turns.add(two)
  turns.add(three)
  await turn()
  expect(log).toEqual(['two'])
})

test('connections that come are taken before the next round, for two milliseconds at most', async () => {
  const { turns, log, worker, pass } = given()
  turns.add(worker('busy', 100, 1))
  turns.welcomed()
  await turn()
  expect(log).toHaveLength(2)
  for (const ms of [0, 1, 0.9]) {
    pass(ms)
    turns.welcomed()
    await turn()
    expect(log).toHaveLength(2)
  }
  pass(0.2)
  turns.welcomed()
  await turn()
  expect(log).toHaveLength(4)
  await turn()
  expect(log).toHaveLength(6)
})
