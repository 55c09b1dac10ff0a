import { CodecError, foreign, type Octets, type OctetWriter } from '../../values/packed/index.ts'

/** Numbers of so many octets each, the highest first. */
export function writeNumbers(values: readonly number[], octets: number, to: OctetWriter): void {
  for (const value of values) {
    if (value >= 256 ** octets) throw new CodecError(`${value} does not fit ${octets} octets`)
    for (let rest = octets - 1; rest >= 0; rest--) to.octet(Math.floor(value / 256 ** rest) % 256)
  }
}

/** A number of so many octets, the highest first. */
export function numberAt(octets: Octets, at: number, length: number): number {
  let value = 0
  for (let i = 0; i < length; i++) value = value * 256 + octets.charCodeAt(at + i)
  if (Number.isNaN(value)) throw foreign()
  return value
}

/** Of so many numbers one behind the other, each with those before it. */
export function sums(octets: Octets, from: number, count: number, length: number): Uint32Array {
  const all = new Uint32Array(count)
  let sum = 0
  for (let i = 0; i < count; i++) {
    sum += numberAt(octets, from + length * i, length)
    all[i] = sum
  }
  return all
}
