/** docs/federation.md beside the document that it goes through: nothing is left out, and all that is read is read as it stands. */

import { readdirSync, readFileSync } from 'node:fs'
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { patched } from '../../src/app/cli/corefile/corefile.ts'
import { parseConfig } from '../../src/app/config/index.ts'
import { KUBEFED_REGISTRY } from '../../src/app/registry/kubefed.ts'
import { credentialsFrom } from '../../src/sources/apiserver/index.ts'
import { KUBEFED_CLUSTER, parseAs, SECRET } from '../../src/words/kube/index.ts'
import { buildQuery, parseReply } from '../support/client.ts'
import { exchangeUdp } from '../support/exchange.ts'
import { city, mmdb } from '../support/mmdb.ts'
import { page } from '../support/pages.ts'
import { type InProcess, startServer } from '../support/server.ts'
import { PATIENCE_MS, until } from '../support/sockets.ts'
import { type Temporary, temporary } from '../support/temporary.ts'
import { blocksOfDocument, documentText, FEDERATION, type Told, toldBy } from './document.ts'
import { anchorsOf, blocksOf, ROOT, readPage } from './markdown.ts'
import { hasReadAll } from './workspace.ts'

const DOCUMENT = documentText()
const TOLD = toldBy(DOCUMENT)
const PAGE = readPage('docs/federation.md')

const at = (...parts: readonly string[]): string => join(ROOT, FEDERATION, ...parts)
const read = (...parts: readonly string[]): string => readFileSync(at(...parts), 'utf8')
const told = (title: string): Told => TOLD.find((one) => one.title === title) ?? expect.fail(title)

/** The rows of the page's first table. */
const ROWS = [...PAGE.text.matchAll(/^\| (\d\.\d) \| (.+?) \| (.+?) \| (.+) \|$/gm)].map(
  ([, section = '', title = '', kind = '', where = '']) => ({ section, title, kind, where }),
)

/** What stands below a heading of the page. */
const sectionAt = (anchor: string): string =>
  PAGE.text.split(/^(?=## )/m).find((one) => anchorsOf({ ...PAGE, text: one }).has(anchor)) ?? ''

const ofKind = (kind: string) => ROWS.filter((one) => one.kind === kind)

describe('the table has a row for all that the document shows', () => {
  test('every fenced block is read: what opens is closed, and each has something in it', () => {
    expect(DOCUMENT.match(/^```/gm)).toHaveLength(36)
    expect(blocksOfDocument(DOCUMENT)).toHaveLength(18)
    expect(blocksOfDocument(DOCUMENT).every(({ text }) => text.trim() !== '')).toBe(true)
  })

  test('every object of every block, in the document’s order, and nothing else', () => {
    expect(ROWS.map(({ section, title }) => `${section} ${title}`)).toEqual(
      TOLD.map(({ section, title }) => `${section} ${title}`),
    )
  })

  test('each is read as it is, has an equivalent that is run, or is told why it is nobody’s matter here', () => {
    const kinds = ['as it is', 'equivalent', 'not a name server’s matter'.replace('’', "'")]
    expect(ROWS.filter(({ kind }) => !kinds.includes(kind))).toEqual([])
    for (const { title, where } of ofKind(kinds[2] ?? '')) expect(where, title).toMatch(/^because ./)
    for (const { title, where } of [...ofKind('as it is'), ...ofKind('equivalent')]) {
      const [, anchor = ''] = /\(#([^)]+)\)/.exec(where) ?? []
      expect(anchorsOf(PAGE), title).toContain(anchor)
      expect(sectionAt(anchor), title).toMatch(/^```(console|sh)$/m)
    }
  })
})

describe('what is read as it is stands in the fixture as in the document', () => {
  const files = readdirSync(at(), { recursive: true, encoding: 'utf8' }).filter((file) => /\/\d/.test(file))
  /** This goes through a command, below. */
  const COREFILE = 'ConfigMap kube-system/coredns-federation'

  test.each(ofKind('as it is').filter(({ title }) => title !== COREFILE))(
    '$section $title',
    ({ section, title }) => {
      const holding = files.filter((file) => read(file).includes(`${told(title).text}\n`))
      expect(holding).toEqual([expect.stringMatching(new RegExp(`^cluster-\\w+/${section}-[\\w-]+\\.yaml$`))])
    },
  )

  test('and files that are called by a section hold nothing else', () => {
    expect(files.length).toBeGreaterThan(3)
    for (const file of files) {
      const parts = read(file)
        .split(/^---\n/m)
        .map((one) => one.trimEnd())
      expect(
        parts.filter((one) => !TOLD.some(({ text }) => text === one)),
        file,
      ).toEqual([])
    }
  })
})

test('the GeoIP database is of networks that nobody has', () => {
  const made = mmdb({
    '192.0.2.0/24': city('NA/US/VA', [38.9, -77]),
    '198.51.100.0/24': city('NA/US/CA', [37.3, -121.9]),
    '203.0.113.0/24': city('NA/US/NE', [41.3, -96]),
  })
  expect(Buffer.from(made).equals(readFileSync(at('geo.mmdb')))).toBe(true)
})

test('the ConfigMap with the plugin federation goes through the filter: the rest stays, and what the page shows is said', () => {
  const config = parseConfig(read('meridian.yaml'), at('meridian.yaml'))
  const { text } = told('ConfigMap kube-system/coredns-federation')
  const { text: made, notes } = patched(`${text}\n`, config, { address: '10.96.0.53' })
  const marked = /^ *# meridian: begin$.*^ *# meridian: end\n/ms
  expect(made.replace(marked, '')).toBe(`${text}\n`)
  expect(marked.exec(made)?.[0]).toContain('global:53 cluster-east.local:53')
  const [shown] = blocksOf(PAGE).filter(({ language }) => language === 'text')
  expect(notes).toEqual([shown?.lines.join('\n')])
})

describe('the KubeFedClusters', () => {
  const fields = (title: string) => parse(told(title).text)

  function found(caBundle?: string) {
    const clusters = ['east', 'west'].map((one) => {
      const object = fields(`KubeFedCluster kubefed-system/cluster-${one}`)
      return caBundle === undefined ? object : { ...object, spec: { ...object.spec, caBundle } }
    })
    const secrets = ['east', 'west'].map((one) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace: 'kubefed-system', name: `cluster-${one}-secret` },
      data: { token: Buffer.from('x'.repeat(12)).toString('base64') },
    }))
    const objects = [...clusters, ...secrets].flatMap((object) => {
      const parsed = parseAs(object.kind === 'Secret' ? SECRET : KUBEFED_CLUSTER, object)
      return parsed.outcome === 'object' ? [parsed.object] : []
    })
    const registry = { kubefed: { namespace: 'kubefed-system' } }
    const held = {
      of: (row: { is: (one: never) => boolean }) => objects.filter((one) => row.is(one as never)),
    }
    return KUBEFED_REGISTRY.open(registry)?.clustersOf(held as never, { kind: 'inCluster' }) ?? []
  }

  test('are told as they stand, for their CA is a placeholder', async () => {
    const all = found()
    expect(all.map(({ place }) => place)).toEqual(
      ['east', 'west'].map((one) => `KubeFedCluster kubefed-system/cluster-${one}`),
    )
    for (const { access } of all) {
      if (access === null) throw new Error('no way to its API server')
      await expect(credentialsFrom(access).access(AbortSignal.timeout(PATIENCE_MS))).rejects.toThrow(
        /the certificate authority/,
      )
    }
  })

  test('are members once it is one, and SubjectAltName is told to disable nothing', () => {
    const [east, west] = found(
      Buffer.from('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n').toString('base64'),
    )
    expect([east?.flaws, west?.flaws]).toEqual([[], []])
    expect(JSON.stringify(east)).toContain('https://cluster-east-api.example.com:6443')
    expect(JSON.stringify(east?.remarks)).toContain('SubjectAltName')
    expect(west?.remarks).toEqual([])
  })
})

describe('a server of the fixture', () => {
  let directory: Temporary
  let server: InProcess

  beforeAll(async () => {
    directory = await temporary()
    await cp(at(), directory.path, { recursive: true })
    const config = await readFile(directory.at('meridian.yaml'), 'utf8')
    await directory.write(
      'meridian.yaml',
      config.replace('127.0.0.1:1053', '127.0.0.1:0').replace('127.0.0.1:9153', '127.0.0.1:0'),
    )
    server = await startServer(directory)
    await until(async () => hasReadAll(await page(server.admin, '/readyz?verbose')), 'all is read')
  })

  afterAll(async () => {
    await server?.meridian.stop()
    await directory.close()
  })

  async function ask(name: string, type = 'A', subnet?: string): Promise<readonly string[]> {
    const query = buildQuery({ name, type, edns: subnet === undefined ? {} : { subnet } })
    return parseReply(await exchangeUdp(server.port, '127.0.0.1', query)).answers
  }

  const shares = async (subnet: string): Promise<readonly string[]> =>
    (await ask('web.default.global', 'SRV', subnet)).map((line) => line.split(' ').slice(4).join(' ')).sort()

  test('answers every name of Meridian’s that the document’s scripts look up', async () => {
    const names = [
      ...[...DOCUMENT.matchAll(/nslookup (\S+)/g)].map(([, name]) => name),
      ...[...DOCUMENT.matchAll(/http:\/\/([\w.-]+):80 /g)].map(([, name]) => name),
    ].flatMap((name) => (name?.endsWith('.global') ? [name] : []))
    expect(names.sort()).toEqual(['web-service.default.global', 'web-service.global'])
    for (const name of names) expect(await ask(name), name).toEqual([`${name}. 5 IN A 10.96.1.20`])
  })

  const becomes = (subnet: string, wanted: readonly string[]): Promise<void> =>
    until(async () => (await shares(subnet)).join() === wanted.join(), wanted.join())

  const routing = () => readFile(directory.at('cluster-east/6.1-routing.yaml'), 'utf8')

  test('moves traffic as its VirtualService is patched, and by the DestinationRule once that is gone', async () => {
    const [east, west] = ['cluster-east', 'cluster-west'].map((one) => `80 ${one}.web.default.global.`)
    expect(await shares('203.0.113.0/24')).toEqual([`0 19661 ${west}`, `0 45875 ${east}`])
    const before = await routing()
    await directory.replace('cluster-east/6.1-routing.yaml', before.replace('weight: 70', 'weight: 0'))
    await becomes('203.0.113.0/24', [`0 65535 ${west}`])
    const [, rule = ''] = before.split(/^---\n/m)
    await directory.replace('cluster-east/6.1-routing.yaml', rule)
    await becomes('198.51.100.0/24', [`0 13107 ${east}`, `0 52428 ${west}`])
  })
})

test('README and package.json have the line that serves it', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  expect(scripts.federation).toContain(`serve --config ${FEDERATION}/meridian.yaml`)
  expect(readPage('README.md').text).toContain('npm run federation')
})
