import type { YamlPart } from './yaml-parts.ts'

// What a text of manifests consists of, before anybody asks what it says.

export interface Value {
  readonly kind: 'value'
  readonly value: unknown
  readonly name: string
  readonly line: number | null
  /** Of a list that is read in runs: how many of its items came before. */
  readonly before?: number
}

export interface Broken {
  readonly kind: 'broken'
  readonly message: string
  readonly line: number | null
  /** An alias stands for nothing in what was read: its anchor may be elsewhere. */
  readonly isLost?: boolean
}

export type Document = Value | Broken

export const UNTIL_MENDED = 'nothing new is taken from this file until that is mended'

export const overlong = ({ text, above }: YamlPart, most: number): Broken =>
  brokenYaml(
    `a document of ${text.length} characters, of which no more than ${most} are read in one go: split it, or write it as kubectl prints a List`,
    above + 1,
  )

export const brokenYaml = (message: string, line: number): Broken => ({
  kind: 'broken',
  message: `YAML: ${message}; ${UNTIL_MENDED}`,
  line,
})
