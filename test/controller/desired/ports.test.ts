import { expect, test } from 'vitest'
import { portProblems } from '../../../src/controller/desired/ports.ts'

test.each([
  [99, 99],
  [100, 100],
  [101, 100],
  [1000, 100],
])('of a text of %i characters that is refused %i are shown', (length, shown) => {
  const text = 'X_'.repeat(length).slice(0, length)
  const cut = length > shown ? '…' : ''
  const port = { name: text, protocol: 'TCP', port: 80, appProtocol: `/${text}`.slice(0, length) } as const
  const [ofName, ofProtocol] = portProblems([port])
  expect(ofName).toBe(`port name "${text.slice(0, shown)}${cut}" is no DNS label`)
  expect(ofProtocol).toBe(
    `appProtocol "${`/${text}`.slice(0, shown)}${cut}" of port 80/TCP is no qualified name`,
  )
})
