import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readSealed, StateFileError, writeSealed } from '../../../src/sources/state/sealed-file.ts'

let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'meridian-sealed-'))
})
afterEach(() => rm(dir, { recursive: true }))

const HEADER = { format: 'test' }

async function comesBack(objects: readonly object[]): Promise<void> {
  const path = join(dir, 'file')
  await writeSealed(path, { header: HEADER, objects })
  const [headers, read]: [unknown[], unknown[]] = [[], []]
  await readSealed(
    path,
    (line) => headers.push(JSON.parse(line)),
    (line) => read.push(JSON.parse(line)),
  )
  expect(headers).toEqual([HEADER])
  expect(read.length).toBe(objects.length)
  expect(read).toEqual(objects)
}

/** An object whose line has so many bytes, its newline among them. */
const ofBytes = (bytes: number): object => ({ x: 'x'.repeat(bytes - '{"x":""}\n'.length) })

const HEAD = JSON.stringify(HEADER).length + 1
const [WRITTEN, READ] = [64 * 1024, 256 * 1024]

describe('lines that end anywhere', () => {
  test.each([WRITTEN, READ].flatMap((block) => [-2, -1, 0, 1, 2].map((more) => [block + more, block])))(
    'one that ends at byte %i, about a block of %i, and what follows it',
    async (end) => {
      await comesBack([ofBytes(end - HEAD)])
      await comesBack([ofBytes(end - HEAD), { next: 'é' }, ofBytes(20)])
    },
  )

  test('lines of several blocks, and characters of several bytes across each of them', async () => {
    const wide = (bytes: number): object => ({ x: '日\u{1f600}é'.repeat(bytes / 9) })
    await comesBack([wide(10 * READ), {}, wide(READ - 1), wide(READ), wide(READ + 1), {}])
  })

  test('none at all, and very many short ones', async () => {
    await comesBack([])
    await comesBack(Array.from({ length: 100_000 }, (_, i) => ({ i })))
  })

  test('any lines', async () => {
    const text = fc
      .tuple(fc.constantFrom('x', 'é', '日', '\u{1f600}', '\n'), fc.nat(90_000))
      .map(([unit, times]) => ({ text: unit.repeat(times) }))
    await fc.assert(fc.asyncProperty(fc.array(text, { maxLength: 12 }), comesBack), { numRuns: 25 })
  })
})

describe('a file that is too large', () => {
  const objects = [{ a: 1 }, ofBytes(100)]
  test('by one byte is not written, and leaves the one before', async () => {
    const path = join(dir, 'file')
    await writeSealed(path, { header: HEADER, objects })
    const { size } = await stat(path)
    await writeSealed(path, { header: HEADER, objects }, size)
    const before = await readFile(path, 'utf8')
    await expect(
      writeSealed(path, { header: HEADER, objects: objects.toReversed() }, size - 1),
    ).rejects.toThrow(new StateFileError(`it would take more than ${size - 1} octets`))
    expect(await readFile(path, 'utf8')).toBe(before)
    expect(await readdir(dir)).toEqual(['file'])
  })

  test('tenfold is given up at the first block beyond the bound', async () => {
    let made = 0
    function* many(): Generator<object> {
      for (; made < 1000; made++) yield ofBytes(WRITTEN)
    }
    await expect(
      writeSealed(join(dir, 'file'), { header: HEADER, objects: many() }, 100 * WRITTEN),
    ).rejects.toThrow(StateFileError)
    expect(made).toBeLessThan(110)
    expect(await readdir(dir)).toEqual([])
  })
})

// `ulimit -f` cuts a file short as a full disk does: the system writes what there is room for, and says so.
describe('a disk that is full before the last byte', () => {
  const module = fileURLToPath(new URL('../../../src/sources/state/sealed-file.ts', import.meta.url))
  const program = `
    const { writeSealed } = await import(${JSON.stringify(module)})
    const objects = [{ x: 'x'.repeat(Number(process.argv[2])) }]
    await writeSealed(process.argv[1], { header: {}, objects }).catch(({ code }) => { process.exitCode = code === 'EFBIG' ? 3 : 4 })
  `
  const write = async (path: string, bytes: number): Promise<unknown> => {
    const shell = `ulimit -f 32 && exec "$0" --input-type=module -e "$1" "$2" "$3"`
    const child = spawn('bash', ['-c', shell, process.execPath, program, path, `${bytes}`], {
      stdio: 'inherit',
    })
    const [status] = await once(child, 'exit')
    return status
  }
  test('leaves the file before, whole, and no draft', async () => {
    const path = join(dir, 'file')
    expect(await write(path, 20_000)).toBe(0)
    const before = await readFile(path, 'utf8')
    expect(await write(path, 40_000)).toBe(3)
    expect(await readFile(path, 'utf8')).toBe(before)
    expect(await readdir(dir)).toEqual(['file'])
  })
})
