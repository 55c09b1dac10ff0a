/** Values whose fields of some names are counted as they are read: work that is linear reads twice as much of twice as many. */
export function counted<T extends object>(
  values: readonly T[],
  names: readonly string[],
): { readonly values: readonly T[]; readonly reads: () => number } {
  let reads = 0
  const watched = values.map(
    (value) =>
      new Proxy(value, {
        get: (target, name, receiver): unknown => {
          if (typeof name === 'string' && names.includes(name)) reads++
          return Reflect.get(target, name, receiver)
        },
      }),
  )
  return { values: watched, reads: () => reads }
}
