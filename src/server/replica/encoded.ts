import type { Octets } from '../../values/packed/index.ts'

/** Values one after another in `octets`; the one of `keys[i]` ends before `ends[i]`. */
export interface Encoded {
  readonly keys: readonly string[]
  readonly ends: readonly number[]
  readonly octets: Uint8Array<ArrayBuffer>
}

/** Each is a string before it is copied here: that is a memory copy, and less than a hundredth of a change's way. */
export function joined(values: readonly (readonly [string, Octets])[]): Encoded {
  const octets = new Uint8Array(values.reduce((sum, [, { length }]) => sum + length, 0))
  const into = Buffer.from(octets.buffer)
  let end = 0
  const ends = values.map(([, each]) => {
    end += into.write(each, end, 'latin1')
    return end
  })
  return { keys: values.map(([key]) => key), ends, octets }
}

/** The octets of each value, undecoded. */
export function* eachEncoded({ keys, ends, octets }: Encoded): Generator<readonly [string, Octets]> {
  const from = Buffer.from(octets.buffer, octets.byteOffset, octets.length)
  for (const [i, key] of keys.entries())
    yield [key, from.toString('latin1', i === 0 ? 0 : ends[i - 1], ends[i])]
}
