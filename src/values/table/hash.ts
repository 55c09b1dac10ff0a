// FNV-1a with a final mix, so that five bits at a time are all good ones. In steps, for keys that are never made.

export const HASH_OF_NOTHING = 0x811c9dc5

/** With one more character, or octet. */
export const hashFurther = (hash: number, code: number): number => Math.imul(hash ^ code, 0x01000193)

/** Of all the characters, a signed number: V8 keeps what has 32 bits in place. */
export const hashEnd = (hash: number): number => Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)

/** Of a key. */
export function hashOf(key: string): number {
  let hash = HASH_OF_NOTHING
  for (let i = 0; i < key.length; i++) hash = hashFurther(hash, key.charCodeAt(i))
  return hashEnd(hash)
}
