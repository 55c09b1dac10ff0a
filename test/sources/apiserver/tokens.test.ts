import { describe, expect, test } from 'vitest'
import { MOST_TOKEN, parseEvent, parsePage } from '../../../src/sources/apiserver/narrow.ts'

const event = (resourceVersion: string) =>
  JSON.stringify({ type: 'ADDED', object: { metadata: { resourceVersion } } })
const page = (resourceVersion: string, next: string) =>
  JSON.stringify({ metadata: { resourceVersion, continue: next }, items: [] })

describe('what leads on from what an API server sent', () => {
  test.each([
    [MOST_TOKEN, true],
    [MOST_TOKEN + 1, false],
    [10 * MOST_TOKEN, false],
  ])('of %i characters is kept: %s', (length, isKept) => {
    const token = 'x'.repeat(length)
    const read = [
      () => parseEvent(event(token), 100).type,
      () => parsePage(page(token, '')).items.length,
      () => parsePage(page('1', token)).items.length,
    ]
    for (const one of read)
      if (isKept) expect(one).not.toThrow()
      else expect(one).toThrow('more than 16384 characters')
  })
})
