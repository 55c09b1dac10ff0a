import type { ServerResponse } from 'node:http'
import { describe, expect, test, vi } from 'vitest'
import { eventually, type Recorder } from '../../support/recorder.ts'
import { service } from '../../support/source-battery.ts'
import { cluster } from './cluster.ts'
import { type FakeApiServer, hang, isList, isWatch, refuse, reset, status } from './fake.ts'

const given = cluster()

const names = (told: Recorder): string[] => told.ids.map((id) => id.replace(/^\w+ shop\//, ''))

/** The source follows its server: what is put now is told. */
async function follows(server: FakeApiServer, told: Recorder, name = 'witness'): Promise<void> {
  server.put(service(name))
  await eventually(() => expect(names(told)).toContain(name))
}

describe('a request that fails is made again, whatever the failure', () => {
  test.each([
    ['a reset', reset, 'connection'],
    ['500', refuse(500), 'server'],
    ['503', refuse(503), 'server'],
    ['429', refuse(429, 'slow down', { 'retry-after': '0' }), 'throttled'],
    ['403', refuse(403), 'forbidden'],
    ['401', refuse(401), 'unauthorized'],
    ['410', refuse(410, 'Expired'), 'expired'],
    ['400', refuse(400), 'malformed'],
    ['a redirect', refuse(302), 'malformed'],
  ] as const)('%s of lists and watches', async (_name, answer, reason) => {
    given.server.fault(isList('services'), answer, 3)
    given.server.fault(isWatch('services'), answer, 3)
    given.server.put(service('cart'))
    const { told, reasons } = await given.live()
    expect(names(told)).toEqual(['cart'])
    await follows(given.server, told)
    expect(reasons().filter((each) => each === reason).length).toBeGreaterThanOrEqual(4)
  })

  test.each([
    ['HTML', '<html>sign in</html>'],
    ['half a list', '{"metadata": {"resourceVersion": "1"}, "items": [{"metadata"'],
    ['a list without a version', '{"metadata": {}, "items": []}'],
    ['a list without items', '{"metadata": {"resourceVersion": "1"}}'],
    ['something else', '[]'],
    ['octets that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ])('%s where a list should be', async (_name, text) => {
    given.server.fault(isList('services'), (response) => response.end(text), 2)
    given.server.put(service('cart'))
    const { told, reasons } = await given.live()
    expect(names(told)).toEqual(['cart'])
    expect(reasons()).toEqual(['malformed', 'malformed'])
  })

  test.each([
    ['by one token', [], ['again']],
    ['by two in turn', [], ['again', 'and again']],
    ['by two in turn, with one object for ever', [service('cart')], ['again', 'and again']],
  ])('a list that never ends is given up: %s', async (_name, items, tokens) => {
    let page = 0
    const endless = (response: ServerResponse) => {
      const metadata = { resourceVersion: '1', continue: tokens[page++ % tokens.length] }
      response.end(JSON.stringify({ metadata, items }))
    }
    given.server.fault(isList('services'), endless, 10_000)
    const { reasons } = given.watch({ backoffMs: [60_000, 60_000] })
    await eventually(() => expect(reasons()).toEqual(['malformed']))
    expect(page).toBeLessThanOrEqual(1002)
  })

  test.each([
    [1, true],
    [1000, true],
    [1001, false],
    [10_000, false],
  ])('%i pages without an object before one that has some are read: %s', async (empty, areRead) => {
    let page = 0
    const filtered = (response: ServerResponse) => {
      const isLast = page++ === empty
      const metadata = { resourceVersion: '1', ...(!isLast && { continue: `page${page}` }) }
      response.end(JSON.stringify({ metadata, items: isLast ? [service('cart')] : [] }))
    }
    given.server.fault(isList('services'), filtered, empty + 1)
    const { told, reasons } = given.watch({ backoffMs: [60_000, 60_000] })
    if (areRead) await eventually(() => expect(names(told)).toEqual(['cart']))
    else await eventually(() => expect(reasons()).toEqual(['malformed']))
    expect(given.server.asked('list', 'services')).toHaveLength(areRead ? empty + 1 : 1001)
  })

  test('a list that hangs, before its head and inside its body', async () => {
    given.server.fault(isList('services'), hang)
    given.server.fault(isList('endpointslices'), (response) => {
      response.write('{"metadata": ')
    })
    given.server.put(service('cart'))
    const { told, reasons } = await given.live({ requestMs: 300 })
    expect(names(told)).toEqual(['cart'])
    expect(reasons().filter((reason) => reason === 'deadline').length).toBeGreaterThanOrEqual(2)
  })

  test('a list that drips is one that hangs', async () => {
    given.server.fault(isList('services'), (response) => {
      const drip = setInterval(() => response.write(' '), 5)
      response.on('close', () => clearInterval(drip))
    })
    const { reasons } = await given.live({ requestMs: 300 })
    expect(reasons()).toContain('deadline')
  })

  test('a watch that is never accepted', async () => {
    given.server.fault(isWatch('services'), hang)
    const { told, reasons } = await given.live({ requestMs: 300 })
    expect(reasons()).toContain('deadline')
    await follows(given.server, told)
  })
})

describe('a watch that breaks is taken up where it was', () => {
  test('a reset loses nothing and lists nothing', async () => {
    given.server.put(service('cart'))
    const { told } = await given.live()
    given.server.watcher('services').response.socket?.resetAndDestroy()
    await follows(given.server, told)
    expect(given.server.asked('list', 'services')).toHaveLength(1)
  })

  test('half an object at the end of the stream is asked for again', async () => {
    const { told, reasons } = await given.live()
    const { response } = given.server.watcher('services')
    response.end('{"type":"ADDED","object":{"kind":"Service","metadata":{"names')
    await follows(given.server, told)
    expect(reasons()).toEqual(['connection'])
    expect(given.server.asked('list', 'services')).toHaveLength(1)
  })

  test('an orderly end is followed by the next watch at once, and is no failure', async () => {
    const { told, reasons } = await given.live({ graceMs: 5_000, backoffMs: [60_000, 60_000] })
    for (const name of ['a', 'b', 'c']) {
      const before = given.server.watcher('services')
      before.response.end()
      await eventually(() => expect(given.server.watcher('services')).not.toBe(before))
      await follows(given.server, told, name)
    }
    expect(reasons()).toEqual([])
    expect(told.kinds).toEqual(['live'])
    expect(given.server.asked('list', 'services')).toHaveLength(1)
  })

  test('a server that ends each watch as soon as it began is not asked in a circle', async () => {
    const end = (response: { end: () => unknown }): void => {
      response.end()
    }
    given.server.fault(isWatch('services'), end, 3)
    const { told, reasons } = await given.live({ steadyMs: 60_000 })
    expect(reasons()).toEqual(['ended', 'ended', 'ended'])
    await follows(given.server, told)
  })

  test('it starts after what was heard last, bookmarks included', async () => {
    const { events } = await given.live()
    const heard = (): number => events.filter((event) => event.type === 'heard').length
    const before = heard()
    given.server.bookmark()
    await eventually(() => expect(heard()).toBeGreaterThanOrEqual(before + 4))
    given.server.watcher('services').response.end()
    await eventually(() => expect(given.server.asked('watch', 'services')).toHaveLength(2))
    const [first, second] = given.server.asked('watch', 'services')
    const versionOf = (asked: typeof first): number => Number(asked?.query.get('resourceVersion'))
    expect(versionOf(second)).toBe(versionOf(first) + 1)
  })

  test('a clock that is set back by an hour keeps no lost cluster live', async () => {
    const { told, reasons } = await given.live()
    await given.server.kill()
    await eventually(() => expect(reasons()).not.toEqual([]))
    const now = Date.now.bind(Date)
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() - 3_600_000)
    try {
      await eventually(() => expect(told.kinds.at(-1)).toBe('stale'))
    } finally {
      clock.mockRestore()
    }
  })

  test('kill -9 and a restart: what changed meanwhile is told', async () => {
    given.server.put(service('cart'))
    given.server.put(service('old'))
    const { told } = await given.live()
    await given.server.kill()
    await eventually(() => expect(told.kinds.at(-1)).toBe('stale'))
    given.server.remove(service('old'))
    given.server.put(service('new'))
    await given.server.listen()
    await eventually(() => expect(names(told)).toEqual(['cart', 'new']))
    await eventually(() => expect(told.kinds.at(-1)).toBe('live'))
    expect(told.problem).toEqual([])
  })
})

describe('a watch that cannot be trusted is followed by a list', () => {
  test.each([
    ['a broken line', '{"type":"ADDED","obj\n', 'malformed'],
    [
      'an event of an unknown type',
      '{"type":"MOVED","object":{"metadata":{"resourceVersion":"1"}}}\n',
      'malformed',
    ],
    ['an event without a version', '{"type":"ADDED","object":{"metadata":{}}}\n', 'malformed'],
    ['an ERROR event', '{"type":"ERROR","object":{"code":500,"message":"etcd"}}\n', 'server'],
    ['an ERROR event of status 410', '{"type":"ERROR","object":{"code":410}}\n', 'expired'],
    ['an ERROR event without a status', '{"type":"ERROR"}\n', 'server'],
    ['a line without end', 'x'.repeat(10_000), 'malformed'],
  ])('%s', async (_name, line, reason) => {
    given.server.put(service('gone'))
    const { told, reasons } = await given.live({ objectBytes: 9_000 })
    const { response } = given.server.watcher('services')
    given.server.forget('services')
    response.write(line)
    await eventually(() => expect(names(told)).toEqual([]))
    await follows(given.server, told)
    expect(reasons()).toEqual([reason])
    expect(given.server.asked('list', 'services')).toHaveLength(2)
  })

  test('410 as a status', async () => {
    const { told, reasons } = await given.live()
    given.server.compact()
    given.server.watcher('services').response.end()
    await eventually(() => expect(given.server.asked('list', 'services')).toHaveLength(2))
    await follows(given.server, told)
    expect(reasons()).toEqual(['expired'])
  })

  test('after a 410 the new watch starts from the new list, however often', async () => {
    given.server.fault(isWatch('services'), refuse(410, 'Expired'), 4)
    const { told } = await given.live()
    await follows(given.server, told)
    expect(given.server.asked('list', 'services')).toHaveLength(5)
  })

  test('a continue token that was compacted', async () => {
    for (const name of ['a', 'b', 'c']) given.server.put(service(name))
    given.server.fault(
      (asked) => isList('services')(asked) && asked.query.has('continue'),
      (response, asked) => {
        given.server.compact()
        given.server.serve(response, asked)
      },
    )
    const { told, reasons } = await given.live({ pageObjects: 2 })
    expect(names(told)).toEqual(['a', 'b', 'c'])
    expect(new Set(reasons())).toEqual(new Set(['expired']))
  })
})

describe('silence', () => {
  test('a half-open watch is given up at its deadline', async () => {
    const { told, reasons } = await given.live({ silenceMs: 300 })
    const first = given.server.watcher('services')
    given.server.watchers.delete(first)
    given.server.put(service('unheard'))
    await eventually(() => expect(names(told)).toEqual(['unheard']))
    expect(reasons()).toContain('deadline')
  })

  test('a watch in which nothing at all was said is followed by a list: etcd may have been set back', async () => {
    given.server.put(service('lost'))
    const { told } = await given.live({ silenceMs: 300 })
    given.server.watchers.delete(given.server.watcher('services'))
    given.server.forget('services')
    await eventually(() => expect(names(told)).toEqual([]))
  })

  test('bookmarks are words, so that a quiet watch stays', async () => {
    const { reasons } = await given.live({ silenceMs: 1_000 })
    const since = performance.now()
    await eventually(() => {
      given.server.bookmark()
      expect(performance.now() - since).toBeGreaterThan(1_500)
    })
    expect(reasons()).toEqual([])
    expect(given.server.asked('watch', 'services')).toHaveLength(1)
  })

  test('octets without an end are no words', async () => {
    const { told, reasons } = await given.live({ silenceMs: 300 })
    const { response } = given.server.watcher('services')
    const drip = setInterval(() => response.write(' '), 5)
    response.on('close', () => clearInterval(drip))
    await eventually(() => expect(reasons()).toContain('deadline'))
    await follows(given.server, told)
  })
})

describe('how long it waits', () => {
  test('a Retry-After is obeyed, within its bound', async () => {
    given.server.fault(isList('services'), refuse(429, 'slow down', { 'retry-after': '100000' }))
    const { told } = given.watch({ retryAfterMs: 400, graceMs: 5_000 })
    const since = performance.now()
    await eventually(() => expect(told.kinds).toEqual(['live']))
    expect(performance.now() - since).toBeGreaterThan(390)
  })

  test('a server that throttles for long is a problem to tell of, until it does not', async () => {
    given.server.fault(isList('services'), refuse(429, 'slow down'), 1_000_000)
    const { told } = given.watch()
    await eventually(() =>
      expect(told.sentences).toEqual([`${given.server.url}: list services: status 429: slow down`]),
    )
    given.server.mend()
    await eventually(() => expect(told.problem).toEqual([]))
  })
})

describe('stop is final', () => {
  test.each([
    ['a list', isList('services')],
    ['a watch', isWatch('services')],
  ])('with %s in flight', async (_name, matches) => {
    given.server.fault(matches, hang)
    const { told, source } = given.watch()
    await eventually(() => expect(given.server.requests.some(matches)).toBe(true))
    await source.stop()
    const [calls, requests] = [told.calls.length, given.server.requests.length]
    given.server.put(service('cart'))
    await given.live()
    expect(told.calls).toHaveLength(calls)
    expect(given.server.requests.slice(requests).filter(isList('services'))).toHaveLength(1)
  })

  test('and leaves no connection behind', async () => {
    const { source } = await given.live()
    await source.stop()
    await eventually(() => expect(given.server.watchers.size).toBe(0))
  })

  test('even inside a long wait', async () => {
    given.server.fault(isList('services'), refuse(500), 1_000_000)
    const { source, reasons } = given.watch({ backoffMs: [60_000, 60_000] })
    await eventually(() => expect(reasons()).toContain('server'))
    await expect(source.stop()).resolves.toBeUndefined()
  })
})

test('a listener that throws is told all the rest', async () => {
  const { told, events } = await given.live()
  const changed = told.changed
  Object.assign(told, {
    changed: () => {
      throw new Error('mine')
    },
  })
  given.server.put(service('a'))
  await eventually(() => expect(events.some(({ type }) => type === 'listenerThrew')).toBe(true))
  Object.assign(told, { changed })
  await follows(given.server, told)
})

test('one missing permission is a sentence with the rule to add', async () => {
  const message = 'endpointslices.discovery.k8s.io is forbidden: User "meridian" cannot list'
  given.server.fault(isList('endpointslices'), (response) => status(response, 403, message), 1_000_000)
  const { told } = given.watch()
  await eventually(() => expect(told.problem).toHaveLength(1))
  expect(told.sentences).toEqual([
    `${given.server.url}: list endpointslices: status 403: ${message}; add to its ClusterRole the rule ` +
      '{apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"]}',
  ])
  expect(told.calls).toEqual(['problems'])
  given.server.mend()
  await eventually(() => expect(told.problem).toEqual([]))
  await eventually(() => expect(told.kinds).toEqual(['live']))
})
