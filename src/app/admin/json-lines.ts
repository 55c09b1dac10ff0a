import { printableIn } from '../../words/kube/index.ts'

type Print = (value: unknown) => string | undefined

/** An object as JSON, of which the lines are made one at a time as they are read: one for each element of its lists. */
export function* jsonLines(value: object, print: Print = JSON.stringify): Generator<string> {
  const fields = Object.entries(value).filter(([, field]) => field !== undefined)
  yield '{'
  for (const [i, [name, field]] of fields.entries()) {
    const end = i === fields.length - 1 ? '' : ','
    if (Array.isArray(field)) yield* listLines(name, field, end, print)
    else yield `${JSON.stringify(name)}:${print(field)}${end}`
  }
  yield '}'
}

function* listLines(name: string, list: readonly unknown[], end: string, print: Print): Generator<string> {
  yield `${JSON.stringify(name)}:[`
  for (const [i, one] of list.entries()) yield `${print(one) ?? null}${i === list.length - 1 ? '' : ','}`
  yield `]${end}`
}

/** A value as JSON, of which no text has what nobody sees: whoever reads it prints it. */
export function plainJson(value: unknown): string {
  const json = JSON.stringify(value) ?? 'null'
  return UNSEEN.test(json) ? JSON.stringify(printableIn(value)) : json
}

/** As it stands, or as JSON escapes it. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]|\\[bfnrtu]/u
