/** How long functions are, as a parser sees them. */
import { parseAst } from 'vitest/node'

export interface FunctionSize {
  /** Undefined: it has none of its own, as what is only passed on. */
  readonly name: string | undefined
  /** Where it begins in the source. */
  readonly at: number
  /** From its parameters, or the word before them, to its end. */
  readonly lines: number
}

/** Every function of a file of TypeScript, the ones within others too. */
export function functionsIn(source: string): readonly FunctionSize[] {
  const found: FunctionSize[] = []
  const look = (value: unknown, name: string | undefined): void => {
    if (Array.isArray(value)) for (const one of value) look(one, undefined)
    if (!isNode(value)) return
    if (FUNCTIONS.has(value.type)) {
      const lines = source.slice(value.start, value.end).split('\n').length
      found.push({ name: nameOf(value['id']) ?? name, at: value.start, lines })
    }
    const given = nameOf(value['id'] ?? value['key'])
    for (const [part, child] of Object.entries(value)) look(child, GIVES.has(part) ? given : undefined)
  }
  look(parseAst(source, { lang: 'ts' }), undefined)
  return found
}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])

/** What has the name that is given: of a variable, and of a property, method or field. */
const GIVES = new Set(['init', 'value'])

interface Node extends Readonly<Record<string, unknown>> {
  readonly type: string
  readonly start: number
  readonly end: number
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value && 'end' in value

const nameOf = (id: unknown): string | undefined =>
  isNode(id) && typeof id['name'] === 'string' ? id['name'] : undefined
