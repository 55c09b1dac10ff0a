import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CommandFailure } from '../../../src/app/cli/failure.ts'
import { type LookOptions, lookAsk, lookExplain, lookRender } from '../../../src/app/cli/look.ts'
import { exported, meridianYaml, type Written } from '../../support/manifests.ts'
import { type InProcess, startServer } from '../../support/server.ts'

const SPEC: Written = {
  clusters: {
    east: {
      'web.yaml': exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1', '10.1.0.2'] }),
      'db.yaml': exported({
        name: 'db',
        namespace: 'data',
        clusterIP: 'None',
        pods: ['10.1.0.9'],
        port: 5432,
      }),
    },
    west: {
      'web.yaml': exported({ name: 'web', clusterIP: '10.102.0.1', pods: ['10.2.0.1'] }),
      'far.yaml': exported({ name: 'far', clusterIP: '10.102.0.2', pods: ['10.2.0.2'], targetPort: 8080 }),
    },
  },
}

let server: InProcess
let config: string
beforeAll(async () => {
  server = await startServer(SPEC)
  await server.ready()
  config = server.directory.at('meridian.yaml')
})
afterAll(async () => {
  await server.meridian.stop()
  await server.directory.close()
})

/** The same from the running server and without one. Serials differ by when they were made. */
async function bothWays(look: (options: LookOptions) => Promise<string>): Promise<readonly string[]> {
  const both = await Promise.all([look({ server: server.admin }), look({ config, offline: true })])
  return both.map((text) => text.replace(/(SOA \S+ \S+) \d+/g, '$1 SERIAL'))
}

const QUIET = 'state: {dir: null}\n'

const WEB = 'web.default.svc.clusterset.local'

describe('asked of the running server and computed here, the same comes out of', () => {
  test.each([
    [WEB, 'A', undefined],
    [WEB, 'A', 'west'],
    [WEB, 'A', '10.1.2.3'],
    ['web.default.global', 'SRV', 'west'],
    ['_http._tcp.web.global', 'SRV', undefined],
    ['db.data.svc.clusterset.local', 'ANY', undefined],
    ['far.default.global', 'A', undefined],
    ['web.default._explain.clusterset.local', 'TXT', undefined],
    ['nobody.clusterset.local', 'A', undefined],
    ['clusterset.local', 'SOA', undefined],
    ['example.com', 'MX', undefined],
  ])('ask %s %s --from %s', async (name, type, from) => {
    const where = from === undefined ? {} : { from }
    const [remote, offline] = await bothWays((options) => lookAsk(name, type, { ...options, ...where }, {}))
    expect(remote).toBe(offline)
    expect(remote).toMatch(
      /^; <<>> meridian ask <<>> seen from .*\n;; ->>HEADER<<- .* status: (NOERROR|NXDOMAIN|REFUSED)\n/,
    )
  })

  test.each([WEB, 'data/db', 'far.default.global', '_http._tcp.web.global.'])('explain %s', async (name) => {
    const [remote, offline] = await bothWays((options) => lookExplain(name, options, {}))
    expect(remote).toBe(offline)
    expect(remote).toContain('Clusters, in rank order')
  })

  test.each([undefined, 'clusterset.local', 'Global.'])('render %s', async (zone) => {
    const [remote, offline] = await bothWays((options) => lookRender(zone, { ...options, from: 'west' }, {}))
    expect(remote).toBe(offline)
    expect(remote).toContain(' IN SOA ns.dns.clusterset.local. ')
  })
})

describe('-o json', () => {
  test('is an object with records as lines, from a server or without one', async () => {
    const texts = await bothWays((options) => lookAsk(WEB, 'A', { ...options, output: 'json' }, {}))
    for (const text of texts)
      expect(JSON.parse(text)).toMatchObject({
        rcode: 'NOERROR',
        answers: [`${WEB}. 5 IN A 10.101.0.1`],
        errors: [],
      })
  })

  test('is the whole explanation', async () => {
    const text = await lookExplain(WEB, { server: server.admin, output: 'json' }, {})
    expect(JSON.parse(text)).toMatchObject({
      service: 'default/web',
      clusters: [{ cluster: 'east' }, { cluster: 'west' }],
    })
  })

  test('is a list of zones, each with its records', async () => {
    const zones: unknown = JSON.parse(
      await lookRender('global', { config, offline: true, output: 'json' }, {}),
    )
    expect(zones).toEqual([
      {
        title: expect.stringContaining('zone global.'),
        records: expect.arrayContaining(['west.web.default.global. 5 IN A 10.2.0.1']),
      },
    ])
  })
})

test('render tells of a service that a bug of ours leaves out, and prints all others', async () => {
  const page = [
    '; zone a.local. seen from east',
    'a.local. 5 IN SOA ns.dns.a.local. hostmaster.a.local. 1 2 3 4 5',
    'web.a.local. 5 IN A 10.0.0.1',
    '; service default/api is left out: a bug of Meridian, please report it: Error: no',
    '; zone b.local. seen from east',
    'b.local. 5 IN SOA ns.dns.b.local. hostmaster.b.local. 1 2 3 4 5',
  ]
  const listener = createServer((_request, response) => response.end(`${page.join('\n')}\n`))
  await once(listener.listen(0, '127.0.0.1'), 'listening')
  const at = listener.address()
  const options = { server: `127.0.0.1:${typeof at === 'object' ? at?.port : ''}` }
  expect(await lookRender(undefined, options, {})).toBe(`${page.join('\n')}\n`)
  expect(JSON.parse(await lookRender(undefined, { ...options, output: 'json' }, {}))).toEqual([
    { title: page[0], records: [page[1], page[2]], leftOut: [page[3]] },
    { title: page[4], records: [page[5]] },
  ])
  listener.closeAllConnections()
  await new Promise((resolve) => listener.close(resolve))
})

describe('--diff', () => {
  const other = (config: Written['config'] = {}) => ({ ...SPEC, config })

  test('with the same configuration is no difference, serials included', async () => {
    for (const look of [
      (options: LookOptions) => lookRender(undefined, options, {}),
      (options: LookOptions) => lookAsk('nobody.global', 'A', options, {}),
      (options: LookOptions) => lookAsk(WEB, 'A', options, {}),
    ])
      expect(await look({ config, diff: config })).toBe('no difference\n')
  })

  test('is what another configuration would change, and nothing else', async () => {
    await server.directory.write(
      'other.yaml',
      meridianYaml(other({ dns: { ttl: 9 }, local: { cluster: 'west' } })),
    )
    const diff = server.directory.at('other.yaml')
    expect(await lookAsk(WEB, 'A', { config, diff, from: 'east' }, {})).toBe(
      `-${WEB}. 5 IN A 10.101.0.1\n+${WEB}. 9 IN A 10.101.0.1\n`,
    )
    expect(await lookAsk(WEB, 'A', { config, diff }, {})).toContain(`+${WEB}. 9 IN A 10.102.0.1\n`)
  })

  test('of a zone when a cluster joins is that cluster’s lines, not new serials', async () => {
    const west = { clusters: { ...SPEC.clusters, north: { 'web.yaml': '' } } }
    await server.directory.write(
      'north/web.yaml',
      exported({ name: 'web', clusterIP: '10.103.0.1', pods: ['10.3.0.1'] }),
    )
    await server.directory.write('three.yaml', meridianYaml(west))
    const diff = await lookRender('global', { config, diff: server.directory.at('three.yaml') }, {})
    expect(diff).toContain('+north.web.default.global. 5 IN A 10.3.0.1\n')
    expect(diff).not.toContain(' SOA ')
  })
})

describe('--diff of what is drawn', () => {
  const ofWeb = async (name: string, weights: Readonly<Record<string, number>>) => {
    const routing = { services: { 'default/web': { weights } } }
    await server.directory.write(name, meridianYaml({ ...SPEC, config: { routing } }))
    return server.directory.at(name)
  }

  test.each(['A', 'ANY'])('has all that may be drawn, with its share: %s', async (type) => {
    const before = await ofWeb('a.yaml', { east: 70, west: 30 })
    const after = await ofWeb('b.yaml', { east: 10, west: 30 })
    const far = await ofWeb('c.yaml', { east: 1, west: 2 })
    const diff = (one: string, other: string) => lookAsk(WEB, type, { config: one, diff: other }, {})
    expect(await diff(before, before)).toBe('no difference\n')
    expect(await diff(before, await ofWeb('d.yaml', { east: 7, west: 3 }))).toBe('no difference\n')
    expect(await diff(before, after)).toBe(
      [
        `-${WEB}. 5 IN A 10.101.0.1 ; 70 % of look-ups`,
        `-${WEB}. 5 IN A 10.2.0.1 ; 30 % of look-ups`,
        `+${WEB}. 5 IN A 10.101.0.1 ; 25 % of look-ups`,
        `+${WEB}. 5 IN A 10.2.0.1 ; 75 % of look-ups`,
        '',
      ].join('\n'),
    )
    expect(await diff(config, far)).toBe(
      [
        `-${WEB}. 5 IN A 10.101.0.1`,
        `+${WEB}. 5 IN A 10.101.0.1 ; 33.3333 % of look-ups`,
        `+${WEB}. 5 IN A 10.2.0.1 ; 66.6667 % of look-ups`,
        '',
      ].join('\n'),
    )
  })

  test('of clients that keep their cluster is of clients, and of one that is named what that one gets', async () => {
    const sticky = (ip: string) =>
      exported({ name: 'web', clusterIP: ip, pods: ['10.1.0.1'], affinity: 'ClientIP' })
    await server.directory.write('sticky-east/web.yaml', sticky('10.101.0.1'))
    await server.directory.write('sticky-west/web.yaml', sticky('10.102.0.1'))
    const spec = (east: number) => ({
      clusters: { 'sticky-east': {}, 'sticky-west': {} },
      config: {
        routing: { services: { 'default/web': { weights: { 'sticky-east': east, 'sticky-west': 1 } } } },
      },
    })
    await server.directory.write('s1.yaml', meridianYaml(spec(1)))
    await server.directory.write('s2.yaml', meridianYaml(spec(3)))
    const both = { config: server.directory.at('s1.yaml'), diff: server.directory.at('s2.yaml') }
    expect(await lookAsk(WEB, 'A', both, {})).toContain(
      '-web.default.svc.clusterset.local. 5 IN A 10.101.0.1 ; 50 % of clients\n',
    )
    expect(await lookAsk(WEB, 'A', { ...both, from: '10.9.9.9' }, {})).not.toContain('%')
  })

  test('of a Headless service tells who comes first now', async () => {
    const headless = (ip: string) =>
      exported({ name: 'db', namespace: 'data', clusterIP: 'None', pods: [ip], port: 5432 })
    const ids = ['here', 'near', 'far']
    for (const [i, id] of ids.entries())
      await server.directory.write(`${id}/db.yaml`, headless(`10.${i}.0.9`))
    const placed = (name: string, near: string, far: string) => {
      const at = (id: string, locality: string) =>
        `  - {id: ${id}, locality: ${locality}, network: flat, source: {manifests: ${id}}}\n`
      return server.directory.write(
        name,
        `${QUIET}clusters:\n${at('here', 'r1/a')}${at('near', near)}${at('far', far)}`,
      )
    }
    await placed('n1.yaml', 'r1/b', 'r2')
    await placed('n2.yaml', 'r2', 'r1/b')
    const both = { config: server.directory.at('n1.yaml'), diff: server.directory.at('n2.yaml') }
    const DB = 'db.data.svc.clusterset.local'
    expect(await lookAsk(DB, 'A', both, {})).toBe(
      `-${DB}. 5 IN A 10.1.0.9\n+${DB}. 5 IN A 10.1.0.9 ; further down\n`,
    )
  })

  test('with -o json is JSON: the changes, and both sides', async () => {
    const before = await ofWeb('a.yaml', { east: 70, west: 30 })
    const after = await ofWeb('b.yaml', { east: 30, west: 70 })
    const both = { config: before, diff: after, output: 'json' }
    const asked = JSON.parse(await lookAsk(WEB, 'A', both, {}))
    expect(asked).toMatchObject({
      changes: expect.arrayContaining([`-${WEB}. 5 IN A 10.101.0.1 ; 70 % of look-ups`]),
      before: [{ share: 0.7, answers: [`${WEB}. 5 IN A 10.101.0.1`] }, { share: 0.3 }],
      after: [{ share: 0.3, shareOf: 'look-ups', rcode: 'NOERROR' }, { share: 0.7 }],
    })
    const explained = JSON.parse(await lookExplain('default/web', both, {}))
    expect(explained).toMatchObject({
      before: { service: 'default/web', clusters: [{ weight: 70 }, { weight: 30 }] },
      after: { clusters: [{ cluster: 'west', weight: 70 }, { weight: 30 }] },
    })
    expect(explained.changes).not.toEqual([])
    const rendered = JSON.parse(await lookRender('global', { ...both, diff: before }, {}))
    expect(rendered).toMatchObject({
      changes: [],
      before: [{ title: expect.stringContaining('; zone global.') }],
    })
    expect(rendered.after).toEqual(rendered.before)
  })
})

describe('--diff with a configuration in which the thing is not', () => {
  const alone = async () => {
    await server.directory.write(
      'alone.yaml',
      meridianYaml({ clusters: { east: SPEC.clusters['east'] ?? {} } }),
    )
    return server.directory.at('alone.yaml')
  }
  type Looking = (options: LookOptions) => Promise<string>
  const LOOKS: readonly (readonly [string, Looking, string, string])[] = [
    [
      'a service',
      (options) => lookExplain('default/far', options, {}),
      'Service default/far, seen from east',
      'no cluster holds a Service or ServiceExport default/far: the name does not exist',
    ],
    [
      'a zone',
      (options) => lookRender('west.local', options, {}),
      '; zone west.local',
      'west.local is not a zone',
    ],
    [
      'a place',
      (options) => lookAsk(WEB, 'A', { ...options, from: 'west' }, {}),
      '; <<>> meridian ask <<>> seen from west',
      '--from west is no IP address, no cluster (east) and no locality of one',
    ],
  ]

  test.each(LOOKS)('%s is all that goes, or comes, and the file is named', async (_what, look, head, why) => {
    const diff = await alone()
    const gone = await look({ config, diff })
    expect(gone).toContain(`-${head}`)
    expect(gone.trimEnd().split('\n').at(-1)).toContain(`+${diff}: ${why}`)
    const come = await look({ config: diff, diff: config })
    expect(come.split('\n')[0]).toContain(`-${diff}: ${why}`)
    expect(come).toContain(`+${head}`)
    const json = JSON.parse(await look({ config, diff, output: 'json' }))
    expect(json.after).toEqual({ error: expect.stringContaining(why) })
  })

  test('in neither is a mistake, of both where they say it differently', async () => {
    const diff = await alone()
    await expect(lookExplain('default/nope', { config, diff }, {})).rejects.toThrow(
      new CommandFailure('no cluster holds a Service or ServiceExport default/nope: the name does not exist'),
    )
    await expect(lookRender('nope', { config, diff }, {})).rejects.toThrow(
      /^\S+meridian.yaml: nope is not a zone: .*; \S+alone.yaml: nope is not a zone: /,
    )
  })
})

describe('sources that are not well', () => {
  test('a directory that is not there is a cluster never heard, as it is for a server', async () => {
    await server.directory.write(
      'missing.yaml',
      meridianYaml({ clusters: { ...SPEC.clusters, nowhere: {} } }),
    )
    const options = { config: server.directory.at('missing.yaml'), offline: true }
    expect(await lookAsk('nobody.default.global', 'A', options, {})).toContain(
      '; EDE: 14: (no view yet of nowhere)',
    )
    expect(await lookAsk(WEB, 'A', options, {})).toContain('status: NOERROR')
  })
})

describe('what cannot be had is a Failure of one line:', () => {
  const remotely = () => ({ server: server.admin })
  const offline = () => ({ config, offline: true })

  test.each([
    ['remotely', remotely],
    ['offline', offline],
  ])('%s: an unknown name, zone, type or viewpoint', async (_how, options) => {
    const looks = [
      lookExplain('nope', options(), {}),
      lookExplain('default/nope', options(), {}),
      lookRender('nope', options(), {}),
      lookAsk(WEB, 'NOPE', options(), {}),
      lookAsk(WEB, 'A', { ...options(), from: 'nope' }, {}),
      lookExplain(WEB, { ...options(), from: 'nope' }, {}),
      lookRender('global', { ...options(), from: 'nope' }, {}),
    ]
    for (const outcome of await Promise.allSettled(looks)) {
      const reason: unknown = outcome.status === 'rejected' ? outcome.reason : outcome.value
      expect(reason).toBeInstanceOf(CommandFailure)
      expect(reason).toMatchObject({ status: 1, message: expect.stringMatching(/^[^\n]*nope[^\n]*$/i) })
    }
  })

  test('nobody listens', async () => {
    await expect(lookAsk(WEB, 'A', { server: '127.0.0.1:1' }, {})).rejects.toThrow(
      'no Meridian answers at 127.0.0.1:1: start one (meridian serve), name its admin address (--server), or compute it here (--offline)',
    )
  })

  describe('somebody else listens, who answers', () => {
    const HTML = '<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>'
    const LOOKS = {
      ask: (options: LookOptions) => lookAsk(WEB, 'A', options, {}),
      explain: (options: LookOptions) => lookExplain(WEB, options, {}),
      render: (options: LookOptions) => lookRender(undefined, options, {}),
    }
    type Said = readonly [status: number, body: string, why: string]

    test.each<Said>([
      [200, '', ''],
      [200, 'null', ''],
      [200, '{}', ''],
      [200, '[]', ''],
      [200, '"ok"', ''],
      [200, '{"service":"a","clusters":[{}],"question":7,"answers":{}}', ''],
      [200, HTML, ''],
      [200, '; zone of another kind', ''],
      [200, '; zone a. seen from b\nno record', ''],
      [200, 'a. 5 IN SOA b. c. 1 2 3 4 5', ''],
      [204, '', 'answers 204 No Content'],
      [302, '', 'answers 302 Found'],
      [404, '404 page not found\n', 'answers 404 Not Found: 404 page not found'],
      [403, '', 'answers 403 Forbidden'],
      [502, '', 'answers 502 Bad Gateway'],
      [502, HTML, 'answers 502 Bad Gateway'],
      [503, 'no healthy upstream', 'answers 503 Service Unavailable: no healthy upstream'],
      [599, '', 'answers 599'],
    ])('%i %j', async (status, body, why) => {
      const stranger = createServer((_request, response) => response.writeHead(status).end(body))
      stranger.listen(0, '127.0.0.1')
      await once(stranger, 'listening')
      const address = stranger.address()
      const at = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
      try {
        for (const [command, look] of Object.entries(LOOKS))
          for (const output of ['text', 'json']) {
            const outcome = await look({ server: at, output }).catch((error: unknown) => error)
            expect(outcome, command).toBeInstanceOf(CommandFailure)
            const { message, status: exit } =
              outcome instanceof CommandFailure ? outcome : new CommandFailure('')
            expect(message).toMatch(
              new RegExp(
                `^${at} is no Meridian's admin address, or one of another version: its /${command} .+\\. Name the right one with --server$`,
              ),
            )
            expect(message).toContain(why)
            expect(message).not.toContain('<')
            expect(exit).toBe(1)
          }
      } finally {
        stranger.closeAllConnections()
        stranger.close()
      }
    })

    test('a name that the server does not know itself by: what it says of it', async () => {
      const sentence = 'this server is not known by the name in Host: ask it by address'
      const misled = createServer((_request, response) => response.writeHead(421).end(`${sentence}\n`))
      misled.listen(0, '127.0.0.1')
      await once(misled, 'listening')
      const address = misled.address()
      const at = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
      for (const look of Object.values(LOOKS))
        await expect(look({ server: at })).rejects.toMatchObject({ message: `${at}: ${sentence}`, status: 1 })
      misled.closeAllConnections()
      misled.close()
    })

    test('JSON that is no explanation: where it is none', async () => {
      const text = await lookExplain(WEB, { server: server.admin, output: 'json' }, {})
      const spoilt = text.replace(/"share": 1/, '"share": "all"')
      expect(spoilt).not.toBe(text)
      const stranger = createServer((_request, response) => response.end(spoilt))
      stranger.listen(0, '127.0.0.1')
      await once(stranger, 'listening')
      const address = stranger.address()
      const at = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
      await expect(lookExplain(WEB, { server: at }, {})).rejects.toThrow(
        'is no explanation (clusters.0.share: ',
      )
      stranger.closeAllConnections()
      stranger.close()
    })
  })

  test.each([
    'http://127.0.0.1:9153',
    '127.0.0.1:9153/',
    'user:word@127.0.0.1:9153',
    '127.0.0.1:x',
    '',
    'a b',
  ])('a server that is no address: %j', async (address) => {
    await expect(lookAsk(WEB, 'A', { server: address }, {})).rejects.toMatchObject({
      status: 2,
      message: expect.stringMatching(/^--server is no HOST:PORT\n {4}write it like 127\.0\.0\.1:9153/),
    })
  })

  test('the configuration is wrong: status 2', async () => {
    const file = server.directory.at('nope.yaml')
    await expect(lookRender(undefined, { config: file, offline: true }, {})).rejects.toMatchObject({
      status: 2,
      message: expect.stringContaining('nope.yaml: there is no such file'),
    })
  })
})

test('the running server is found by the configuration, flags included', async () => {
  const flags = { adminListen: server.admin }
  expect(await lookAsk(WEB, 'A', { config }, flags)).toContain(`${WEB}. 5 IN A 10.101.0.1`)
})
