import { CILIUM } from './cilium.ts'
import { anyTag, dnsLabel } from './meta.ts'
import { at, lenient, orNull, section, text, texts } from './narrow.ts'
import type { Meta } from './object-types.ts'
import { rowOf } from './row.ts'

/** A core/v1 Namespace. */
export interface Namespace extends Meta {
  readonly kind: 'Namespace'
  /** By which configuration may choose the namespaces whose Services a cluster exports. */
  readonly labels: Readonly<Record<string, string>>
  /** Annotation `clustermesh.cilium.io/global`, as written. */
  readonly global: string | null
}

const NO_LABELS: Readonly<Record<string, string>> = {}
const labels = section((metadata, left) => at(metadata, 'labels', lenient(texts, NO_LABELS), left))
/** What cannot be read is no consent. */
const globalOf = anyTag('annotations', [CILIUM.globalNamespace], lenient(orNull(text), 'false'))

/** Read where configuration says by what namespaces say of themselves which of them export. */
export const NAMESPACE = rowOf<Namespace>({
  kind: 'Namespace',
  served: { group: '', plural: 'namespaces', versions: ['v1'], custom: false, namespaced: false },
  askedBy: 'namespaces',
  name: dnsLabel,
  parse: (meta, fields, left) => ({
    kind: 'Namespace',
    ...meta,
    labels: at(fields, 'metadata', labels, left),
    global: globalOf(fields, left),
  }),
  keysOf: () => [],
  isOfNamespace: true,
})
