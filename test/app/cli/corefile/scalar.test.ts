import { expect, test } from 'vitest'
import { isScalar, parseDocument } from 'yaml'
import { spliced } from '../../../../src/app/cli/corefile/scalar.ts'
import { whenLong } from '../../../support/runs.ts'

test.each(['>', '|'])('in a %s of as many empty lines as a ConfigMap has room for', (style) => {
  for (const count of [1, 1000, ...whenLong(500_000)]) {
    const text = `a: ${style}\n  x\n${'\n'.repeat(count)}  y\n`
    const scalar = parseDocument(text, { keepSourceTokens: true }).get('a', true)
    if (!isScalar(scalar)) throw new Error('no scalar')
    const [from = 0, to = 0] = scalar.range ?? []
    const at = String(scalar.value).length - 2
    const around = { eol: '\n', indent: '' }
    const written = spliced(text.slice(from, to), scalar, { from: at, to: at, text: 'z\n' }, around)
    const value: unknown = parseDocument(`a: ${written}`).toJS().a
    expect(value === `${String(scalar.value).slice(0, at)}z\ny\n`).toBe(true)
  }
})
