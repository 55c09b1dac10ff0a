/** Replies about one object are parsed in one go, by whoever asked: what they may be is counted before. */
import { describe, expect, test } from 'vitest'
import { credentialsFrom, type Resource, readObject, writesTo } from '../../../src/sources/apiserver/index.ts'
import { kubeconfig } from '../../support/kubeconfig.ts'
import { cluster } from './cluster.ts'

const given = cluster()

const KUBE_SYSTEM: Resource = {
  kind: 'Namespace',
  group: '',
  plural: 'namespaces',
  versions: ['v1'],
  custom: false,
  name: 'kube-system',
}

const credentials = () => credentialsFrom({ kind: 'text', kubeconfig: kubeconfig(given.server.url) })
const never = new AbortController().signal

/** Of so many values, brackets and commas. */
const body = (values: number): string => `{"metadata":{"uid":"u"},"a":[${'{},'.repeat((values - 4) / 2)}1]}`

const answers = (text: string): void =>
  given.server.fault(
    ({ plural }) => plural === 'namespaces',
    (response) => response.end(text),
  )

async function written(): Promise<{ readonly outcome: string; readonly message?: string }> {
  const writes = writesTo(credentials())
  try {
    const how = { manager: 'm', force: true } as const
    return await writes.apply(KUBE_SYSTEM, { metadata: { name: 'kube-system' } }, how, never)
  } finally {
    await writes.close()
  }
}

describe.each([
  ['a get', () => readObject(credentials(), KUBE_SYSTEM, never)],
  ['a write', written],
] as const)('what is answered to %s', (_what, ask) => {
  test.each([19_998, 20_000])('of %i values is taken', async (values) => {
    answers(body(values))
    expect(await ask()).toMatchObject({ outcome: 'object', object: { metadata: { uid: 'u' } } })
  })

  test.each([20_002, 200_000, 600_000])('of %i values is not parsed', async (values) => {
    answers(body(values))
    const answer = await ask()
    expect(answer).toMatchObject({ outcome: 'failure', reason: 'malformed' })
    expect(JSON.stringify(answer)).toContain('more than 20000 values')
  })

  test.each([
    [2 ** 21, 'object'],
    [2 ** 21 + 1, 'failure'],
    [2 ** 24, 'failure'],
  ])('of %i bytes: %s', async (bytes, outcome) => {
    const head = '{"metadata":{"uid":"'
    answers(`${head}${'x'.repeat(bytes - head.length - 3)}"}}`)
    expect(await ask()).toMatchObject({ outcome })
  })

  test.each([1_998, 2_000, 2_002, 20_000])(
    'as a Status of %i values: its message is told up to 2,000',
    async (values) => {
      const status = `{"kind":"Status","a":[${'{},'.repeat((values - 4) / 2)}1],"message":"so it is"}`
      given.server.fault(
        ({ plural }) => plural === 'namespaces',
        (response) => response.writeHead(422, { 'content-type': 'application/json' }).end(status),
      )
      const answer = await ask()
      expect(answer).toMatchObject({ outcome: expect.not.stringContaining('object') })
      expect(JSON.stringify(answer).includes('so it is')).toBe(values <= 2_000)
    },
  )
})
