import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { FIXED_KEYS } from '../../../src/app/cli/reload.ts'
import { reloadable, WEB } from './reloading.ts'

const { serve } = reloadable()

describe('a running server', () => {
  test('takes its configuration over again on SIGHUP', async () => {
    const { ask, configure, hangUp, said } = await serve()
    await configure({ dns: { ttl: 9, listen: ['127.0.0.1:0'] } })
    hangUp()
    await said('configuration reloaded')
    expect((await ask(WEB)).answers).toEqual([`${WEB}. 9 IN A 10.101.0.1`])
  })

  test('keeps the running configuration when the new one is wrong, and says where', async () => {
    const { ask, configure, get, hangUp, said } = await serve()
    await configure({ dns: { ttl: 'long' } })
    hangUp()
    await said('the configuration stays as it was')
    await said('dns.ttl')
    const refused = await get('/readyz?verbose')
    expect(refused.status).toBe(200)
    expect(refused.text).toMatch(
      /^\[\+\] ready\n\[-\] configuration: .* refused, .*\n {4}.*meridian\.yaml:\d+: dns\.ttl: /,
    )
    expect((await ask(WEB)).answers).toEqual([`${WEB}. 5 IN A 10.101.0.1`])
  })

  test('says which keys it reads at start only', async () => {
    const { configure, hangUp, said } = await serve()
    await configure({ dns: { udpSize: 1400 } })
    hangUp()
    await said('"key":"dns.udpSize"')
    await said('restart to apply it')
  })
})

/** The chart sets `state.dir` itself. */
test.each([
  ['docs/reference/configuration.md', FIXED_KEYS],
  ['docs/operate/live-clusters.md', FIXED_KEYS],
  ['docs/reference/chart.md', FIXED_KEYS.filter((key) => key !== 'state.dir')],
])('%s names every key that is read at start only', (page, keys) => {
  const text = readFileSync(new URL(`../../../${page}`, import.meta.url), 'utf8')
  const paragraph = text
    .split(/\n\n/)
    .find((one) => one.replaceAll('\n', ' ').includes('are read at start only'))
  const named = [...(paragraph ?? '').matchAll(/`((?:dns|admin|health|state)\.\w+|registries|execs)`/g)]
  expect(named.map(([, key]) => key).toSorted()).toEqual([...keys].toSorted())
})
