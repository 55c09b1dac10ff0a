import { expect, test } from 'vitest'
import { expiryOfToken } from '../../../src/sources/apiserver/credentials-pem.ts'
import { credentialsFrom } from '../../../src/sources/apiserver/index.ts'
import { KUBECONFIG_BOUND, marksIn } from '../../../src/sources/texts/index.ts'
import { kubeconfig } from './cluster.ts'

const BASE = `${kubeconfig('http://127.0.0.1:1')}\n`

/** Why a kubeconfig that is no file of the operator's is not read; '' if it is. */
const refusalOf = (text: string): Promise<string> =>
  credentialsFrom({ kind: 'text', kubeconfig: text }, { isAsked: false })
    .access(new AbortController().signal)
    .then(() => '', String)

test('a kubeconfig has as many marks as its bound says, and neither one more nor ten times as many', async () => {
  const own = marksIn(BASE, KUBECONFIG_BOUND.marks)
  const some = (marks: number) => `${BASE}#${'#'.repeat(marks - own - 1)}`
  expect(await refusalOf(some(KUBECONFIG_BOUND.marks))).toBe('')
  for (const marks of [KUBECONFIG_BOUND.marks + 1, 10 * KUBECONFIG_BOUND.marks])
    expect(await refusalOf(some(marks))).toContain('is too long: it has more than 5000 values and lines')
})

test('a kubeconfig has as many characters as its bound says, and neither one more nor ten times as many', async () => {
  const some = (characters: number) => `${BASE}#${'a'.repeat(characters - BASE.length - 1)}`
  expect(await refusalOf(some(KUBECONFIG_BOUND.characters))).toBe('')
  for (const characters of [KUBECONFIG_BOUND.characters + 1, 10 * KUBECONFIG_BOUND.characters])
    expect(await refusalOf(some(characters))).toContain('it has more than 262144 characters')
})

test('a client key is looked at up to its bound, and neither one character beyond it nor ten times that', async () => {
  const some = (characters: number) =>
    refusalOf(kubeconfig('http://127.0.0.1:1', { 'client-key-data': 'A'.repeat(characters) }))
  expect(await some(12_288)).toContain('a client certificate and its key go together')
  for (const characters of [12_289, 122_880])
    expect(await some(characters)).toContain('client-key-data: has more than 12288 characters')
})

test('a token is looked into up to its bound, and neither one character beyond it nor ten times that', () => {
  const claims = Buffer.from(JSON.stringify({ exp: 1_800_000_000 })).toString('base64url')
  const some = (characters: number) => expiryOfToken(`a.${claims}.`.padEnd(characters, 'a'))
  expect(some(65_536)).toBe(1_800_000_000_000)
  expect(some(65_537)).toBeNull()
  expect(some(655_360)).toBeNull()
})
