/** An object as JSON, of which the lines are made one at a time as they are read: one for each element of its lists. */
export function* jsonLines(value: object): Generator<string> {
  const fields = Object.entries(value).filter(([, field]) => field !== undefined)
  yield '{'
  for (const [i, [name, field]] of fields.entries()) {
    const end = i === fields.length - 1 ? '' : ','
    if (Array.isArray(field)) yield* listLines(name, field, end)
    else yield `${JSON.stringify(name)}:${JSON.stringify(field)}${end}`
  }
  yield '}'
}

function* listLines(name: string, list: readonly unknown[], end: string): Generator<string> {
  yield `${JSON.stringify(name)}:[`
  for (const [i, one] of list.entries())
    yield `${JSON.stringify(one) ?? null}${i === list.length - 1 ? '' : ','}`
  yield `]${end}`
}
