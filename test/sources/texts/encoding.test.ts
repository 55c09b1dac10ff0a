import { expect, test } from 'vitest'
import { encodingProblemIn, textFrom } from '../../../src/sources/texts/index.ts'

const swapped = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()

test.each([
  ['UTF-16', Buffer.from('\ufeffkind: Service\n', 'utf16le')],
  ['UTF-16', Buffer.from('kind: Service\n', 'utf16le')],
  ['UTF-16', swapped('\ufeffkind: Service\n')],
  ['UTF-16', swapped('{}')],
  ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x6b, 0, 0, 0])],
  ['UTF-32', Buffer.from([0, 0, 0, 0x6b])],
])('%s is told, with the remedy', (encoding, bytes) => {
  expect(encodingProblemIn(bytes.toString('utf8'))).toEqual({
    problem: `is ${encoding} text`,
    remedy: expect.stringContaining('save it as UTF-8'),
  })
})

test.each(['', 'k', 'kind: Service', '\ufeffkind: Service', '\ufffd once', 'ä: ü', '日本'])(
  'UTF-8 is UTF-8: %j',
  (text) => {
    expect(encodingProblemIn(Buffer.from(text).toString('utf8'))).toBeUndefined()
  },
)

test.each([
  ['', ''],
  ['\ufeff', ''],
  ['\ufeffkind: Service\n', 'kind: Service\n'],
  ['\ufeff\ufeffa', '\ufeffa'],
  ['a\ufeff', 'a\ufeff'],
  ['ä\r\n', 'ä\r\n'],
])('one byte order mark at the start is no part of a text: %j', (written, text) => {
  expect(textFrom(Buffer.from(written))).toBe(text)
})

test('a part of a buffer is no more than that part', () => {
  expect(textFrom(Buffer.from('xx\ufeffkind').subarray(2))).toBe('kind')
})

test('octets of UTF-16 are no text', () => {
  expect(textFrom(Buffer.from('\ufeffa', 'utf16le'))).toMatchObject({ problem: 'is UTF-16 text' })
})
