/** The same value, it and everything in it unchangeable from here on; Maps lose set, delete and clear. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  if (value instanceof Map) {
    value.forEach(deepFreeze)
    for (const method of ['set', 'delete', 'clear']) Object.defineProperty(value, method, { value: refuse })
  }
  Object.values(value).forEach(deepFreeze)
  return Object.freeze(value)
}

function refuse(): never {
  throw new TypeError('the configuration is read-only')
}
