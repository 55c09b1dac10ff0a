import { execFileSync } from 'node:child_process'
import { appendFile, mkdir, rename, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SourceListener } from '../../../src/sources/changes/index.ts'
import { readDirectoryOnce, type WatchOptions, watchDirectory } from '../../../src/sources/manifests/index.ts'
import { KINDS, keyOf, memberScope } from '../../../src/words/kube/index.ts'
import { eventually, nameOfChange, Recorder, type Run, run } from '../../support/recorder.ts'
import { type Temporary, temporary } from '../../support/temporary.ts'

const yaml = (name: string, port: unknown = 80): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: shop}\nspec: {ports: [{port: ${port}}]}\n`

/** The same of a type that there is not. */
const unfit = (name: string): string => yaml(name).replace('spec: {', 'spec: {type: Other, ')

let directory: Temporary
const runs: Run[] = []

beforeEach(async () => {
  directory = await temporary()
})

afterEach(async () => {
  await Promise.all(runs.splice(0).map(({ source }) => source.stop()))
  await directory.close()
})

/** By events alone, unless a test asks for periodic looks. */
function watching(path = directory.path, options: WatchOptions = {}): Run['told'] {
  const each = run(watchDirectory(path, { rescanMs: 600_000, debounceMs: 1, ...options }))
  runs.push(each)
  return each.told
}

async function live(path?: string, options?: WatchOptions): Promise<Run['told']> {
  const told = watching(path, options)
  await eventually(() => expect(told.kinds).toEqual(['live']))
  return told
}

const names = (told: Run['told']): string[] => told.ids.map((id) => id.replace('Service shop/', ''))

/** What is told of, once a later change has been told of too. */
async function afterwards(told: Run['told'], file = 'zz-witness.yaml'): Promise<string[]> {
  await directory.replace(file, yaml('zz-witness'))
  await eventually(() => expect(names(told)).toContain('zz-witness'))
  return names(told).filter((name) => name !== 'zz-witness')
}

describe('which files are read', () => {
  test('*.yaml, *.yml and *.json, in subdirectories too', async () => {
    await directory.write('a.yaml', `${yaml('a1')}---\n${yaml('a2')}`)
    await directory.write('sub/deeper/b.yml', yaml('b'))
    await directory.write(
      'c.json',
      JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'shop', name: 'c' } }),
    )
    await directory.write('README.md', 'not: [yaml')
    expect(names(await live())).toEqual(['a1', 'a2', 'b', 'c'])
  })

  test('dot files, editors’ temporary files and what lies behind a ConfigMap mount are not', async () => {
    for (const name of ['.a.yaml', 'a.yaml~', '#a.yaml#', '.a.yaml.swp', '..data/a.yaml', '.git/a.yaml']) {
      await directory.write(name, 'kind: [')
    }
    const told = await live()
    expect(names(told)).toEqual([])
    expect(told.problem).toEqual([])
  })

  test('links are followed, loops end, and what two paths lead to counts once', async () => {
    await directory.write('real/a.yaml', yaml('a'))
    await symlink(directory.path, directory.at('real', 'loop'))
    await symlink(directory.at('real'), directory.at('again'))
    await symlink('a.yaml', directory.at('real', 'b.yaml'))
    const told = await live()
    expect(names(told)).toEqual(['a'])
    expect(told.problem).toEqual([])
  })

  test('of the namespaces that are named, where some are: objects elsewhere are left aside', async () => {
    const elsewhere = yaml('other').replace('shop', 'other')
    await directory.write('a.yaml', `${yaml('a')}---\n${elsewhere}`)
    await directory.write('b.yaml', elsewhere)
    const told = await live(undefined, { namespaces: ['shop', 'data'] })
    expect(told.ids).toEqual(['Service shop/a'])
    await directory.replace('b.yaml', `${elsewhere}---\n${yaml('b').replace('shop', 'data')}`)
    await eventually(() => expect(told.ids).toEqual(['Service data/b', 'Service shop/a']))
    expect(told.problem).toEqual([])
  })

  test('a pipe is not waited for', async () => {
    execFileSync('mkfifo', [directory.at('pipe.yaml')])
    const told = await live()
    await eventually(() =>
      expect(told.sentences).toEqual([
        `${directory.at('pipe.yaml')}: is neither a file nor a directory: remove or rename it`,
      ]),
    )
  })

  test('each other kind is told of once, with the file', async () => {
    await directory.write(
      'a.yaml',
      'apiVersion: apps/v1\nkind: Deployment\n---\napiVersion: apps/v1\nkind: Deployment\n',
    )
    await directory.write('b.yaml', 'apiVersion: apps/v1\nkind: Deployment\n')
    const skipped: string[][] = []
    await live(directory.path, { onSkipped: (kind, file) => skipped.push([kind, file]) })
    expect(skipped).toHaveLength(1)
    expect(skipped[0]?.[0]).toBe('Deployment (apps/v1)')
    expect(skipped[0]?.[1]).toMatch(/[ab]\.yaml$/)
  })
})

describe('kinds that look as if they were read', () => {
  const gke = (name: string): string =>
    `apiVersion: net.gke.io/v1\nkind: ServiceExport\nmetadata: {name: ${name}, namespace: shop}\n`
  const endpoints = 'apiVersion: v1\nkind: Endpoints\nmetadata: {name: a, namespace: shop}\n'
  const slice =
    'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: a, namespace: shop}\naddressType: IPv4\n'

  test('are told once each, with how many there are and what to do, for as long as they are there', async () => {
    await directory.write('a.yaml', `${gke('a')}---\n${gke('b')}`)
    await directory.write('b.yaml', gke('c'))
    const told = await live()
    await eventually(() => expect(told.problem).toHaveLength(1))
    expect(told.problem[0]).toMatchObject({ place: directory.at('a.yaml:1'), costs: 'exports' })
    expect(told.problem[0]?.message).toBe(
      '3 × ServiceExports of net.gke.io, such as shop/a: not read; have them read: clusters[].exports: {groups: [net.gke.io]}',
    )
    await directory.remove('a.yaml')
    await directory.remove('b.yaml')
    await eventually(() => expect(told.problem).toEqual([]))
  })

  test('are read where that is said', async () => {
    await directory.write('a.yaml', gke('a'))
    const told = await live(directory.path, { kinds: KINDS.inManifests(memberScope(false, ['net.gke.io'])) })
    expect(told.ids).toEqual(['ServiceExport.net.gke.io shop/a'])
    expect(told.problem).toEqual([])
  })

  test('Endpoints are told of only where no slice is', async () => {
    await directory.write('a.yaml', endpoints)
    const told = await live()
    await eventually(() => expect(told.problem).toMatchObject([{ costs: 'endpoints' }]))
    await directory.write('b.yaml', slice)
    await eventually(() => expect(told.problem).toEqual([]))
  })
})

describe('changes', () => {
  test('an editor’s rename in place of the file is one change', async () => {
    await directory.write('a.yaml', yaml('a', 80))
    const told = await live()
    await directory.replace('a.yaml', yaml('a', 81))
    await eventually(() =>
      expect(told.objects.get('Service shop/a')).toMatchObject({ ports: [{ port: 81 }] }),
    )
    expect(told.batches.slice(1).flat()).toHaveLength(1)
  })

  test('a file that is written in place, deleted and made again is followed', async () => {
    await directory.write('a.yaml', yaml('a', 80))
    const told = await live()
    await directory.write('a.yaml', yaml('b', 80))
    await eventually(() => expect(names(told)).toEqual(['b']))
    await directory.remove('a.yaml')
    await eventually(() => expect(names(told)).toEqual([]))
    await directory.write('a.yaml', yaml('a', 80))
    await eventually(() => expect(names(told)).toEqual(['a']))
  })

  describe('of a file that is written in place, where they may be those of half of it', () => {
    const NEVER = { settleMs: 600_000 }
    const both = `${yaml('a')}---\n${yaml('b')}`
    const half = yaml('a', 81)

    test('are believed once it stays so', async () => {
      await directory.write('a.yaml', both)
      const told = await live(directory.path, { settleMs: 20 })
      await directory.write('a.yaml', half)
      await eventually(() => expect(names(told)).toEqual(['a']))
      expect(told.problem).toEqual([])
    })

    test('take nothing away until then, and nothing at all once it is whole again', async () => {
      await directory.write('a.yaml', both)
      const told = await live(directory.path, NEVER)
      await directory.write('a.yaml', '')
      await eventually(() => expect(told.problem).toHaveLength(1))
      await directory.write('a.yaml', half)
      expect(await afterwards(told)).toEqual(['a', 'b'])
      await appendFile(directory.at('a.yaml'), `---\n${yaml('b', 82)}---\n${yaml('c')}`)
      await eventually(() => expect(names(told)).toEqual(['a', 'b', 'c', 'zz-witness']))
      expect(told.batches.flat().map(nameOfChange)).not.toContain('-shop/b')
      expect(told.problem).toEqual([])
    })

    test('are waited for where it was cut within an object', async () => {
      const ports = (...numbers: number[]) =>
        `apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: shop}\nspec:\n  ports:\n${numbers.map((each) => `  - {name: p${each}, port: ${each}}\n`).join('')}`
      await directory.write('a.yaml', ports(80, 81))
      const told = await live(directory.path, NEVER)
      await directory.write('a.yaml', ports(80).trimEnd())
      await afterwards(told)
      expect(told.objects.get('Service shop/a')).toMatchObject({ ports: [{ port: 80 }, { port: 81 }] })
      await directory.write('a.yaml', ports(82))
      await eventually(() =>
        expect(told.objects.get('Service shop/a')).toMatchObject({ ports: [{ port: 82 }] }),
      )
    })

    test('are believed at once where another file is put in its place, or it has as many', async () => {
      await directory.write('a.yaml', both)
      const told = await live(directory.path, NEVER)
      await directory.write('a.yaml', `${yaml('a', 81)}---\n${yaml('b')}`)
      await eventually(() =>
        expect(told.objects.get('Service shop/a')).toMatchObject({ ports: [{ port: 81 }] }),
      )
      await directory.replace('a.yaml', half)
      await eventually(() => expect(names(told)).toEqual(['a']))
    })

    test('are believed in the end if it never stays the same', async () => {
      await directory.write('a.yaml', both)
      const told = await live(directory.path, { settleMs: 100 })
      let count = 0
      const writing = setInterval(() => void appendFile(directory.at('a.yaml'), `# ${count++}\n`), 20)
      await directory.write('a.yaml', half)
      await eventually(() => expect(names(told)).toEqual(['a'])).finally(() => clearInterval(writing))
    })

    test('hurt no other file', async () => {
      await directory.write('a.yaml', both)
      await directory.write('b.yaml', yaml('d'))
      const told = await live(directory.path, NEVER)
      await directory.write('a.yaml', half)
      await directory.write('b.yaml', yaml('d', 81))
      await eventually(() =>
        expect(told.objects.get('Service shop/d')).toMatchObject({ ports: [{ port: 81 }] }),
      )
      await directory.remove('a.yaml')
      await eventually(() => expect(names(told)).toEqual(['d']))
    })
  })

  test('same size and modification time do not hide a change', async () => {
    const then = new Date('2026-01-01T00:00:00Z')
    await directory.write('a.yaml', yaml('a', 80))
    await utimes(directory.at('a.yaml'), then, then)
    const told = await live()
    await directory.write('a.yaml', yaml('b', 80))
    await utimes(directory.at('a.yaml'), then, then)
    await eventually(() => expect(names(told)).toEqual(['b']))
  })

  test('subdirectories that come, move and go are followed', async () => {
    const told = await live()
    await directory.write('sub/deeper/a.yaml', yaml('a'))
    await eventually(() => expect(names(told)).toEqual(['a']))
    await directory.write('sub/deeper/b.yaml', yaml('b'))
    await eventually(() => expect(names(told)).toEqual(['a', 'b']))
    await rename(directory.at('sub'), directory.at('moved'))
    await directory.write('moved/deeper/c.yaml', yaml('c'))
    await eventually(() => expect(names(told)).toEqual(['a', 'b', 'c']))
    await directory.remove('moved')
    await eventually(() => expect(names(told)).toEqual([]))
  })

  test('the swap of a ConfigMap mount’s ..data is noticed', async () => {
    const swap = async (version: string, name: string): Promise<void> => {
      await directory.write(`..${version}/a.yaml`, yaml(name))
      await symlink(`..${version}`, directory.at('..data_tmp'))
      await rename(directory.at('..data_tmp'), directory.at('..data'))
    }
    await swap('2026_1', 'a')
    await symlink('..data/a.yaml', directory.at('a.yaml'))
    const told = await live()
    expect(names(told)).toEqual(['a'])
    await swap('2026_2', 'b')
    await directory.remove('..2026_1')
    await eventually(() => expect(names(told)).toEqual(['b']))
    expect(told.problem).toEqual([])
  })

  test('what no event tells of is found by the periodic look', async () => {
    const elsewhere = await temporary()
    await elsewhere.write('a.yaml', yaml('a'))
    await symlink(elsewhere.at('a.yaml'), directory.at('a.yaml'))
    const told = await live(directory.path, { rescanMs: 5 })
    await elsewhere.write('a.yaml', yaml('b'))
    await eventually(() => expect(names(told)).toEqual(['b']))
    await elsewhere.close()
  })

  test('are looked for once there is room to tell of them: what came meanwhile is told together', async () => {
    await directory.write('a.yaml', yaml('a'))
    const told = new Recorder()
    const room = Promise.withResolvers<void>()
    let isFull = false
    let asked = 0
    const listener: SourceListener = {
      changed: (changes) => {
        isFull = told.batches.length === 0
        told.changed(changes)
      },
      freshness: told.freshness,
      problems: told.problems,
      room: () => {
        asked += 1
        return isFull ? room.promise : undefined
      },
    }
    const source = watchDirectory(directory.path, { rescanMs: 1, debounceMs: 1 })(listener)
    runs.push({ told, source })
    await eventually(() => expect(asked).toBe(2))
    for (const name of ['b', 'c', 'd']) await directory.write(`${name}.yaml`, yaml(name))
    expect(told.batches).toHaveLength(1)
    isFull = false
    room.resolve()
    await eventually(() => expect(names(told)).toEqual(['a', 'b', 'c', 'd']))
    expect(told.batches).toHaveLength(2)
  })
})

describe('what cannot be read', () => {
  test('a broken file keeps its last good objects; other files go on', async () => {
    await directory.write('a.yaml', `${yaml('a1')}---\n${yaml('a2')}`)
    const told = await live()
    await directory.replace('a.yaml', `${yaml('a3')}---\nkind: [\n`)
    await eventually(() =>
      expect(told.sentences).toEqual([expect.stringContaining(`${directory.at('a.yaml')}:7: YAML: `)]),
    )
    await directory.write('b.yaml', yaml('b'))
    await eventually(() => expect(names(told)).toEqual(['a1', 'a2', 'b']))
    await directory.replace('a.yaml', yaml('a3'))
    await eventually(() => expect(names(told)).toEqual(['a3', 'b']))
    await eventually(() => expect(told.problem).toEqual([]))
  })

  test('an object that does not parse keeps its last good version; the rest of its file goes on', async () => {
    await directory.write('a.yaml', `${yaml('a')}---\n${yaml('b')}`)
    const told = await live()
    const before = told.objects.get('Service shop/b')
    await directory.replace('a.yaml', `${yaml('a', 81)}---\n${unfit('b')}---\n${unfit('c')}`)
    await eventually(() =>
      expect(told.objects.get('Service shop/a')).toMatchObject({ ports: [{ port: 81 }] }),
    )
    expect(names(told)).toEqual(['a', 'b'])
    expect(told.objects.get('Service shop/b')).toBe(before)
    expect([...told.unreadable.keys()]).toEqual(['Service shop/b', 'Service shop/c'])
    await eventually(() => expect(told.sentences).toHaveLength(2))
    expect(told.sentences[0]).toBe(
      `${directory.at('a.yaml')}:6: document 2: Service shop/b: spec.type: "Other" is not ClusterIP, NodePort, LoadBalancer or ExternalName`,
    )
  })

  test.each([
    ['a.yaml', ''],
    ['a.yaml', '\n'],
    ['a.yaml', ' \r\n\t\n'],
    ['a.yaml', '\uFEFF'],
    ['a.json', ''],
    ['a.json', '\n'],
  ])('%s that becomes %j keeps its last good objects, and is told of', async (file, nothing) => {
    const one = (name: string) =>
      `{"apiVersion": "v1", "kind": "Service", "metadata": {"namespace": "shop", "name": "${name}"}}`
    await directory.write(file, one('a'))
    const told = await live(directory.path, { settleMs: 1 })
    await directory.write(file, nothing)
    await eventually(() =>
      expect(told.sentences).toEqual([
        `${directory.at(file)}: is empty: what it held stays in force; write it again, or remove it, or leave a comment in it, if it is to hold nothing`,
      ]),
    )
    expect(await afterwards(told)).toEqual(['a'])
    await directory.write(file, one('b'))
    await eventually(() => expect(names(told)).toEqual(['b', 'zz-witness']))
    await eventually(() => expect(told.problem).toEqual([]))
  })

  test('a file that had no objects may be empty; a comment takes them away', async () => {
    await directory.write('a.yaml', '')
    const told = await live(directory.path, { settleMs: 1 })
    expect(told.problem).toEqual([])
    await directory.write('a.yaml', yaml('a'))
    await eventually(() => expect(names(told)).toEqual(['a']))
    await directory.write('a.yaml', '# nothing here\n')
    await eventually(() => expect(names(told)).toEqual([]))
    expect(told.problem).toEqual([])
  })

  test('a file that is too large is a problem, not read', async () => {
    await directory.write('a.yaml', yaml('a'))
    const told = await live(directory.path, { maxFileBytes: 1000 })
    await directory.replace('a.yaml', `${yaml('b')}#${' '.repeat(1000)}`)
    await eventually(() =>
      expect(told.sentences).toEqual([expect.stringMatching(/a\.yaml: has .* MiB, .*: split it$/)]),
    )
    expect(names(told)).toEqual(['a'])
  })

  test('text that is not UTF-8 is a problem', async () => {
    await writeFile(directory.at('a.yaml'), Buffer.from([0x6b, 0xff]))
    const told = await live()
    await eventually(() =>
      expect(told.sentences).toEqual([`${directory.at('a.yaml')}: is not UTF-8 text: save it as UTF-8`]),
    )
  })

  test('text in UTF-16 is told as what it is', async () => {
    await writeFile(directory.at('a.yaml'), Buffer.from(yaml('a'), 'utf16le'))
    const told = await live()
    await eventually(() =>
      expect(told.sentences).toEqual([expect.stringMatching(/a\.yaml: is UTF-16 text: save it as UTF-8 /)]),
    )
  })

  test('a byte order mark is not', async () => {
    await directory.write('a.yaml', `\uFEFF${yaml('a')}`)
    await directory.write(
      'b.json',
      '\uFEFF{"apiVersion": "v1", "kind": "Service", "metadata": {"namespace": "shop", "name": "b"}}',
    )
    expect(names(await live())).toEqual(['a', 'b'])
  })

  test('a link that leads nowhere keeps what was behind it', async () => {
    await directory.write('..v1/a.yaml', yaml('a'))
    await symlink('..v1/a.yaml', directory.at('a.yaml'))
    const told = await live()
    await directory.remove('..v1')
    await eventually(() =>
      expect(told.sentences).toEqual([expect.stringContaining('a.yaml: is a link that leads nowhere')]),
    )
    expect(await afterwards(told)).toEqual(['a'])
  })

  test('two files with one object: the later path wins, and a problem names both', async () => {
    await directory.write('a.yaml', yaml('cart', 80))
    await directory.write('b.yaml', yaml('cart', 81))
    const told = await live()
    expect(told.objects.get('Service shop/cart')).toMatchObject({ ports: [{ port: 81 }] })
    const sentence = `${directory.at('b.yaml')}: Service shop/cart is in ${directory.at('a.yaml')} too; the one here counts: remove one`
    await eventually(() => expect(told.sentences).toEqual([sentence]))
    await directory.remove('b.yaml')
    await eventually(() =>
      expect(told.objects.get('Service shop/cart')).toMatchObject({ ports: [{ port: 80 }] }),
    )
    await eventually(() => expect(told.problem).toEqual([]))
  })

  test('one object twice in a file: the later counts, with a problem', async () => {
    await directory.write('a.yaml', `${yaml('cart', 80)}---\n${yaml('cart', 81)}`)
    const told = await live()
    expect(told.objects.get('Service shop/cart')).toMatchObject({ ports: [{ port: 81 }] })
    await eventually(() =>
      expect(told.sentences).toEqual([
        expect.stringContaining('a.yaml:6: Service shop/cart is in this file twice'),
      ]),
    )
  })
})

test.each([
  [999, 999],
  [1000, 1000],
  [1001, 1001],
  [10_000, 1001],
])('of %i objects that cannot be read %i lines tell', async (count, told) => {
  const items = Array.from({ length: count }, (_, i) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `X${i}` },
  }))
  await directory.write('a.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
  await directory.write('b.yaml', yaml('fine'))
  const heard = await live()
  expect(names(heard)).toEqual(['fine'])
  expect(heard.sentences).toHaveLength(told)
  if (count > 1000) expect(heard.sentences.at(-1)).toContain(`${count - 1000} problems more`)
})

describe('the directory itself', () => {
  test('that does not exist yet is a problem, and nothing is known until it appears', async () => {
    const told = watching(directory.at('later'))
    await eventually(() =>
      expect(told.sentences).toEqual([
        `${directory.at('later')}: does not exist: create it or correct the path`,
      ]),
    )
    expect(told.calls).toEqual(['problems'])
    await directory.write('later/a.yaml', yaml('a'))
    await eventually(() => expect(names(told)).toEqual(['a']))
    expect(told.kinds).toEqual(['live'])
    await eventually(() => expect(told.problem).toEqual([]))
  })

  test('is heard at every look that finds it, changed or not', async () => {
    const told = await live(directory.path, { rescanMs: 1 })
    await eventually(() => expect(told.words).toBeGreaterThan(2))
    expect(told.kinds).toEqual(['live'])
    expect(told.batches).toHaveLength(1)
  })

  test('that vanishes leaves its last good objects in force, and is followed when it is back', async () => {
    await directory.write('d/a.yaml', yaml('a'))
    const told = await live(directory.at('d'))
    await directory.remove('d')
    await eventually(() => expect(told.sentences).toEqual([expect.stringContaining('does not exist')]))
    expect(names(told)).toEqual(['a'])
    await directory.write('d/b.yaml', yaml('b'))
    await eventually(() => expect(names(told)).toEqual(['b']))
    await directory.write('d/c.yaml', yaml('c'))
    await eventually(() => expect(names(told)).toEqual(['b', 'c']))
    expect(told.kinds).toEqual(['live'])
  })

  test('that is replaced at once by another is followed', async () => {
    await directory.write('d/a.yaml', yaml('a'))
    const told = await live(directory.at('d'))
    for (const name of ['b', 'c']) {
      await rm(directory.at('d'), { recursive: true })
      await mkdir(directory.at('d'))
      await directory.write('d/x.yaml', yaml(name))
      await eventually(() => expect(names(told)).toEqual([name]))
    }
  })

  test('may be a link that is turned to another', async () => {
    await directory.write('v1/a.yaml', yaml('a'))
    await directory.write('v2/b.yaml', yaml('b'))
    await symlink('v1', directory.at('current'))
    const told = await live(directory.at('current'))
    await symlink('v2', directory.at('next'))
    await rename(directory.at('next'), directory.at('current'))
    await eventually(() => expect(names(told)).toEqual(['b']))
    await unlink(directory.at('current'))
    await eventually(() => expect(told.problem).toHaveLength(1))
    expect(names(told)).toEqual(['b'])
  })

  test('is followed whichever link on the way to it is turned to another', async () => {
    await directory.write('a/rev1/east/a.yaml', yaml('a'))
    await directory.write('a/rev2/east/a.yaml', yaml('b'))
    await directory.write('b/rev1/east/a.yaml', yaml('c'))
    const turn = async (link: string, target: string): Promise<void> => {
      await symlink(target, directory.at(`${link}~`))
      await rename(directory.at(`${link}~`), directory.at(link))
    }
    await turn('a/current', 'rev1')
    await turn('b/current', directory.at('b', 'rev1'))
    await turn('repository', './../'.concat(directory.path.split('/').at(-1) ?? '', '/a'))
    const told = await live(directory.at('repository', 'current', 'east'))
    expect(names(told)).toEqual(['a'])
    for (const [revision, name] of [
      ['rev2', 'b'],
      ['rev1', 'a'],
    ] as const) {
      await turn('a/current', revision)
      await eventually(() => expect(names(told)).toEqual([name]))
    }
    await turn('repository', 'b')
    await eventually(() => expect(names(told)).toEqual(['c']))
    await turn('b/current', 'nowhere')
    await eventually(() => expect(told.sentences).toEqual([expect.stringContaining('does not exist')]))
    expect(names(told)).toEqual(['c'])
    await turn('b/current', 'rev1')
    await eventually(() => expect(told.problem).toEqual([]))
  })

  test('is seen as soon as it is there, however much of the way to it was not', async () => {
    await symlink('later', directory.at('link'))
    const told = watching(directory.at('link', 'deeper', 'east'))
    await eventually(() => expect(told.sentences).toEqual([expect.stringContaining('does not exist')]))
    await directory.write('made/deeper/east/a.yaml', yaml('a'))
    await rename(directory.at('made'), directory.at('later'))
    await eventually(() => expect(names(told)).toEqual(['a']))
  })

  test('has links in it that are turned elsewhere, which is seen as well', async () => {
    await directory.write('git/rev1/a.yaml', yaml('a'))
    await directory.write('git/rev2/a.yaml', yaml('b'))
    await symlink('rev1', directory.at('git', 'current'))
    await directory.write('d/own.yaml', yaml('own'))
    await symlink('../git/current/a.yaml', directory.at('d', 'a.yaml'))
    const told = await live(directory.at('d'))
    expect(names(told)).toEqual(['a', 'own'])
    await symlink('rev2', directory.at('git', 'next'))
    await rename(directory.at('git', 'next'), directory.at('git', 'current'))
    await eventually(() => expect(names(told)).toEqual(['b', 'own']))
  })

  test('may be a link that leads back to itself, which is told of', async () => {
    await symlink('two', directory.at('one'))
    await symlink('one', directory.at('two'))
    const told = watching(directory.at('one', 'east'))
    await eventually(() => expect(told.sentences).toEqual([expect.stringContaining('leads back to itself')]))
    await directory.remove('one')
    await directory.write('one/east/a.yaml', yaml('a'))
    await eventually(() => expect(names(told)).toEqual(['a']))
  })

  test('that is a file is a problem', async () => {
    await directory.write('f', '')
    const told = watching(directory.at('f'))
    await eventually(() =>
      expect(told.sentences).toEqual([expect.stringContaining('/f: is not a directory: ')]),
    )
  })
})

describe('reading once', () => {
  test('gives the objects and the problems', async () => {
    await directory.write('a.yaml', yaml('a'))
    await directory.write('b.yaml', 'kind: [')
    const { objects, problems } = await readDirectoryOnce(directory.path)
    expect(objects.map(keyOf)).toEqual(['shop/a'])
    expect(problems.map(({ place }) => place)).toEqual([`${directory.at('b.yaml')}:1`])
  })

  test('of a directory that does not exist is a problem, not an error', async () => {
    const { objects, problems } = await readDirectoryOnce(directory.at('nowhere'))
    expect(objects).toEqual([])
    expect(problems).toEqual([
      { place: directory.at('nowhere'), message: 'does not exist: create it or correct the path' },
    ])
  })
})
