import { expect, test } from 'vitest'
import { AnswerCounters, AnswerCounts } from '../../../src/words/observe/index.ts'
import { responder } from '../replies/responder.ts'

const WEB = 'web.default.svc.clusterset.local'

test('a bug that only replies from what is kept have: the query is answered all the same', () => {
  class Broken extends AnswerCounters {
    override cell(): number {
      throw new Error('of the short way')
    }
    override count(): void {}
  }
  const counters = Object.assign(new AnswerCounts(), { answered: new Broken() })
  const { ask, bugs } = responder({ counters })
  expect(ask({ name: WEB, type: 'A' }).answers).toHaveLength(1)
  expect(bugs).toEqual([new Error('of the short way')])
})
