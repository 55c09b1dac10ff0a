import { CodecError, foreign, OctetReader, type Octets, OctetWriter } from './octets.ts'

/** How values of one type become octets and come back. What is written is read back equal, for the same octets. */
export interface Codec<T> {
  readonly write: (value: T, to: OctetWriter) => void
  readonly read: (from: OctetReader) => T
}

/** A value as octets. Codecs write into one another, and never pack: one value is written at a time. */
export function pack<T>(codec: Codec<T>, value: T): Octets {
  WRITER.begin()
  codec.write(value, WRITER)
  return WRITER.since(0)
}

/** The value that `pack` made octets of. */
export function unpack<T>(codec: Pick<Codec<T>, 'read'>, octets: Octets): T {
  READER.begin(octets)
  const value = codec.read(READER)
  if (READER.left > 0) throw foreign()
  return value
}

const WRITER = new OctetWriter()
const READER = new OctetReader()

/** A whole number from 0 up. */
export const count: Codec<number> = {
  write: (value, to) => to.number(value),
  read: (from) => from.number(),
}

/** A whole number, near 0 or far from it. */
export const integer: Codec<number> = {
  write: (value, to) => to.number(value < 0 ? -2 * value - 1 : 2 * value),
  read: (from) => {
    const written = from.number()
    return written % 2 === 0 ? written / 2 : -(written + 1) / 2
  },
}

/** Any finite number, as its shortest text. */
export const fraction: Codec<number> = {
  write: (value, to) => text.write(String(value), to),
  read: (from) => Number(text.read(from)),
}

/** Any text; an octet to a character, unless it has one that does not fit. */
export const text: Codec<string> = {
  write: (value, to) => {
    const wide = isWide(value)
    to.number(2 * value.length + (wide ? 1 : 0))
    if (wide) to.wide(value)
    else to.octets(value)
  },
  read: (from) => {
    const written = from.number()
    return written % 2 === 0 ? from.octets(written / 2) : from.wide((written - 1) / 2)
  },
}

const WIDE = /[^\0-\xff]/

/** Whether a text has a character that does not fit into an octet: all of it takes two for each, here as in the engine. */
export const isWide = (value: string): boolean => WIDE.test(value)

/** One of a few constants. */
export function oneOf<const T>(...values: readonly T[]): Codec<T> {
  return {
    write: (value, to) => {
      const place = values.indexOf(value)
      if (place < 0) throw new CodecError(`${String(value)} is none of ${values.join(', ')}`)
      to.octet(place)
    },
    read: (from) => {
      const value = values[from.octet()]
      if (value === undefined) throw foreign()
      return value
    },
  }
}

/** What is not written: it is read as the same value whatever it was. */
export const omitted = <T>(value: T): Codec<T> => ({ write: () => undefined, read: () => value })

export const flag: Codec<boolean> = oneOf(false, true)

export const nullable = <T>({ write, read }: Codec<T>): Codec<T | null> => ({
  write: (value, to) => {
    flag.write(value !== null, to)
    if (value !== null) write(value, to)
  },
  read: (from) => (flag.read(from) ? read(from) : null),
})

export const list = <T>({ write, read }: Codec<T>): Codec<readonly T[]> => ({
  write: (values, to) => {
    to.number(values.length)
    for (const value of values) write(value, to)
  },
  read: (from) => {
    const length = from.number()
    // Nothing is written in no octets at all.
    if (length > from.left) throw foreign()
    if (length === 0) return []
    // One that grows has room for 16 more, and most that there are thousands of are of one.
    const values = [read(from)]
    while (values.length < length) values.push(read(from))
    return values
  },
})

/** The last of all, which mostly is `usual`: then it is no octets. */
export const atEnd = <T>({ write, read }: Codec<T>, usual: T): Codec<T> => ({
  write: (value, to) => {
    if (value !== usual) write(value, to)
  },
  read: (from) => (from.left === 0 ? usual : read(from)),
})

/** Fields in the order in which their codecs are named. */
export function record<T>(codecs: { readonly [K in keyof T]-?: Codec<T[K]> }): Codec<T> {
  const names = Object.keys(codecs).filter((name): name is keyof T & string => Object.hasOwn(codecs, name))
  return {
    write: (value, to) => {
      for (const name of names) codecs[name].write(value[name], to)
    },
    read: (from) => {
      const fields: readonly (readonly unknown[])[] = names.map((name) => [name, codecs[name].read(from)])
      return Object.fromEntries(fields)
    },
  }
}

export function map<K, V>(key: Codec<K>, value: Codec<V>): Codec<ReadonlyMap<K, V>> {
  const { write, read } = list(tuple(key, value))
  return { write: (entries, to) => write([...entries], to), read: (from) => new Map(read(from)) }
}

function tuple<A, B>(first: Codec<A>, second: Codec<B>): Codec<readonly [A, B]> {
  return {
    write: ([a, b], to) => {
      first.write(a, to)
      second.write(b, to)
    },
    read: (from) => [first.read(from), second.read(from)],
  }
}

/** One of two types, told apart by `isFirst`. */
export const either = <A, B>(
  first: Codec<A>,
  second: Codec<B>,
  isFirst: (value: A | B) => value is A,
): Codec<A | B> => ({
  write: (value, to) => {
    if (isFirst(value)) {
      flag.write(false, to)
      first.write(value, to)
    } else {
      flag.write(true, to)
      second.write(value, to)
    }
  },
  read: (from) => (flag.read(from) ? second.read(from) : first.read(from)),
})

/**
 * A value that is likely to come again in the same pack, as zones and lists of ports do: it is written once, and its
 * place among the others after that. Read back, equal ones are one. Not for use within another.
 */
export function repeated<T>({ write, read }: Codec<T>): Codec<T> {
  let [writing, reading] = [0, 0]
  const places = new Map<Octets, number>()
  /** Of those that are one already: they may be long, and as many as there are endpoints. */
  const identical = new Map<T, number>()
  const values: T[] = []
  return {
    write: (value, to) => {
      if (to.turn !== writing) {
        places.clear()
        identical.clear()
      }
      writing = to.turn
      const same = identical.get(value)
      if (same !== undefined) return to.number(same)
      const start = to.length
      to.number(places.size)
      const from = to.length
      write(value, to)
      const octets = to.since(from)
      const place = places.get(octets) ?? places.size
      identical.set(value, place)
      if (place === places.size) return void places.set(octets, place)
      to.rewind(start)
      to.number(place)
    },
    read: (from) => {
      if (from.turn !== reading) values.length = 0
      reading = from.turn
      const place = from.number()
      const known = values[place]
      if (known !== undefined) return known
      if (place > values.length) throw foreign()
      const value = read(from)
      values.push(value)
      return value
    },
  }
}
