import { expect, test } from 'vitest'
import { FIXED_KEYS } from '../../../src/app/cli/reload.ts'
import { allKeys, LISTEN_KEYS } from '../../../src/app/config/index.ts'
import { STREAMS, TRANSPORTS, UDP } from '../../../src/server/transport/index.ts'

// The table of transports is where queries come from: its keys are those of the configuration, and nothing else says them.
const rows = Object.entries(TRANSPORTS)

test('the configuration has each key of the table of transports, read at start alone', () => {
  const known = allKeys().map(({ path }) => path)
  expect(LISTEN_KEYS).toEqual(rows.map(([key]) => key))
  expect(LISTEN_KEYS.filter((key) => !known.includes(`dns.${key}`))).toEqual([])
  expect(LISTEN_KEYS.filter((key) => !FIXED_KEYS.includes(`dns.${key}`))).toEqual([])
})

test('a transport over connections says the key that it is listened on by, and has a label of its own', () => {
  for (const [key, transports] of rows)
    for (const transport of transports) if (transport.isStream) expect(transport.key).toBe(`dns.${key}`)
  const labels = [UDP, ...STREAMS].map(({ label }) => label)
  expect(new Set(labels).size).toBe(labels.length)
})
