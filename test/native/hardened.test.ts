import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

// ELF, 64 bit, little endian: what the system's loader reads of the addon.

const file = readFileSync(
  new URL(`../../native/build/batch-${process.platform}-${process.arch}.node`, import.meta.url),
)

const PT = { dynamic: 2, stack: 0x6474e551, relro: 0x6474e552 }
const DT_FLAGS = 30
const DF_BIND_NOW = 8
const EXECUTABLE = 1

/** The program headers of a type. */
function segments(type: number) {
  const [at, size, count] = [Number(file.readBigUInt64LE(32)), file.readUInt16LE(54), file.readUInt16LE(56)]
  return Array.from({ length: count }, (_, i) => at + i * size)
    .filter((header) => file.readUInt32LE(header) === type)
    .map((header) => ({
      flags: file.readUInt32LE(header + 4),
      offset: Number(file.readBigUInt64LE(header + 8)),
      length: Number(file.readBigUInt64LE(header + 32)),
    }))
}

test('everything is bound when the addon is loaded, and what was bound is read-only', () => {
  expect(segments(PT.relro)).toHaveLength(1)
  const [dynamic] = segments(PT.dynamic)
  if (dynamic === undefined) throw new Error('no dynamic section')
  const { offset, length } = dynamic
  const entries = Array.from({ length: length / 16 }, (_, i) => offset + i * 16)
  const flags = entries.filter((entry) => file.readBigUInt64LE(entry) === BigInt(DT_FLAGS))
  expect(flags.map((entry) => Number(file.readBigUInt64LE(entry + 8)) & DF_BIND_NOW)).toEqual([DF_BIND_NOW])
})

test('no stack is executable', () => {
  expect(segments(PT.stack).map(({ flags }) => flags & EXECUTABLE)).toEqual([0])
})

test('a stack that was overrun is noticed', () => {
  expect(file.includes('__stack_chk_fail')).toBe(true)
})
