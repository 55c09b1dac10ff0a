import { expect, test } from 'vitest'
import { type Resolved, startResolver } from '../../../src/sources/resolver/index.ts'
import { eventually } from '../../support/recorder.ts'
import { octets, startUpstream } from './upstream.ts'

test('names are resolved by the upstream that is given, both families, CNAMEs followed', async () => {
  const upstream = await startUpstream([
    { name: 'lb.example.com', type: 'A', ttl: 30, data: '192.0.2.2' },
    { name: 'lb.example.com', type: 'A', ttl: 30, data: '192.0.2.1' },
    { name: 'lb.example.com', type: 'AAAA', ttl: 30, data: '2001:db8::1' },
    { name: 'v4.example.com', type: 'A', ttl: 0, data: '198.51.100.1' },
  ])
  const maps: Resolved[] = []
  const failures: string[] = []
  const resolver = startResolver({
    upstreams: [upstream],
    isOwn: () => false,
    changed: (resolved) => maps.push(resolved),
    failed: (hostname, reason) => failures.push(`${hostname}: ${reason}`),
  })
  resolver.want(new Set(['lb.example.com', 'v4.example.com', 'gone.example.com']))
  await eventually(() => {
    expect(maps.at(-1)?.size).toBe(2)
    expect(failures).toEqual(['gone.example.com: no such name (NXDOMAIN)'])
  })
  resolver.stop()
  upstream.close()
  expect(maps.at(-1)?.get('lb.example.com')).toEqual(octets('192.0.2.1', '192.0.2.2', '2001:db8::1'))
  expect(maps.at(-1)?.get('v4.example.com')).toEqual(octets('198.51.100.1'))
})

test('an upstream that is not there is a reason like any other', async () => {
  const upstream = await startUpstream([])
  upstream.close()
  const failures: string[] = []
  const resolver = startResolver({
    upstreams: [upstream],
    isOwn: () => false,
    changed: () => undefined,
    failed: (hostname, reason) => failures.push(`${hostname}: ${reason}`),
  })
  resolver.want(new Set(['lb.example.com']))
  await eventually(() => expect(failures).toEqual(['lb.example.com: no upstream can be reached']))
  resolver.stop()
})
